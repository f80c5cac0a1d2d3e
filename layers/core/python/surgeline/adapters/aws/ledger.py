"""The ledger is kept in DynamoDB, one partition a book.

ledger#<book> / <id>
"""

from surgeline.adapters.aws.errors import ConditionFailed
from surgeline.adapters.aws.table import Item, Table, int_of, item, number, text
from surgeline.application.ports.ledger import LAST_ID, Entry

LEDGER = "ledger#"
FIRST_ID = " "
"""DynamoDB has no empty sort key, and no id is before this one."""


class DynamoLedger:
    """ports.ledger.Ledger. Each write is one conditional put."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def read(self, book: str, entry_id: str) -> Entry | None:
        """Return the entry, or None."""
        found = self._table.get(f"{LEDGER}{book}", entry_id)
        return _entry(found) if found else None

    def write(self, entry: Entry) -> bool:
        """Put the item if the stored one is of the version before."""
        stored = item(
            f"{LEDGER}{entry.book}",
            entry.id,
            {"body": text(entry.body), "version": number(entry.version)},
            expires=entry.expires_at // 1000 + 1,
        )
        try:
            if entry.version == 1:
                self._table.put(stored, condition="attribute_not_exists(pk)")
            else:
                self._table.put(
                    stored,
                    condition="#version = :before",
                    names={"#version": "version"},
                    values={":before": number(entry.version - 1)},
                )
        except ConditionFailed:
            return False
        return True

    def find(
        self,
        book: str,
        *,
        limit: int,
        first: str = "",
        last: str = LAST_ID,
        newest_first: bool = False,
    ) -> list[Entry]:
        """Return the items of a range of sort keys."""
        found = self._table.between(
            f"{LEDGER}{book}", first or FIRST_ID, last, limit=limit, backward=newest_first
        )
        return [_entry(each) for each in found]


def _entry(found: Item) -> Entry:
    return Entry(
        book=found["pk"]["S"].removeprefix(LEDGER),
        id=found["sk"]["S"],
        body=found["body"]["S"],
        version=int_of(found, "version") or 1,
        expires_at=((int_of(found, "expires") or 1) - 1) * 1000,
    )
