"""A row of the exports: its fields are those of the documentation and of Athena's table."""

import re
from pathlib import Path

from surgeline.domain.account import Account
from surgeline.reports.case import Case
from surgeline.reports.row import row_of

DOCS = Path(__file__).parents[3] / "docs" / "exports.md"


def test_the_documentation_and_the_table_have_every_field() -> None:
    """Each field is named in the table of fields, and is a column of Athena's table."""
    case = Case(
        conversation_id="tone-1", channel_id="shop", language="fr", opened_at=0, account=Account()
    )
    fields = set(row_of(case, at=1, quiet=1))
    text = DOCS.read_text(encoding="utf-8")
    listed = "".join(line for line in text.splitlines() if line.startswith("| `"))
    assert fields <= set(re.findall(r"`(\w+)`", listed))
    columns = text.partition("conversations (")[2].partition(")\nPARTITIONED")[0]
    assert fields == set(re.findall(r"(\w+) (?:string|int|bigint|double|boolean|array)", columns))
