"""How the tests are spread over processes, so that none works alone at the end."""

from importlib.machinery import SourceFileLoader
from pathlib import Path
from unittest import mock

import pytest
from _pytest.assertion import rewrite

from tests.compiled import compile_one, compiled_of, is_rewritten
from tests.spread import AWS, INFRA, PLACES, RECKONING, WAITING, piece_of

TESTS = Path(__file__).parents[1]


def test_each_long_file_exists_and_is_named_once() -> None:
    """A file that was renamed would begin last, and be waited for."""
    assert [name for name in PLACES if not (TESTS / name).exists()] == []
    assert len(PLACES) == len(RECKONING) + len(WAITING)


def test_infra_and_aws_are_one_piece_each_and_other_files_are_their_own() -> None:
    """One process starts CDK, and one makes the clients of every function."""
    assert piece_of("tests/infra/stacks/test_bill.py") == piece_of("tests/infra/a.py") == INFRA
    assert piece_of("tests/functions/test_email_on_aws.py") == piece_of(f"tests/{AWS}") == AWS
    assert piece_of("tests/docs/test_words.py") == "docs/test_words.py"


@pytest.mark.parametrize("name", ["test_x.py", "conftest.py", "x.py"])
def test_what_is_compiled_beforehand_is_what_an_import_reads(
    tmp_path: Path, pytestconfig: pytest.Config, name: str
) -> None:
    """A test is kept as pytest rewrites it, and any other file as Python compiles it."""
    file = tmp_path / name
    file.write_text("def f() -> None:\n    assert [1] == [2]\n", encoding="utf-8")
    compile_one(pytestconfig, file)
    loader = SourceFileLoader("x", str(file))
    with mock.patch.object(loader, "source_to_code", side_effect=AssertionError("compiled again")):
        kept = (
            rewrite._read_pyc(file, compiled_of(file)) if name != "x.py" else loader.get_code("x")
        )
    assert kept is not None
    assert ("@pytest_ar" in kept.co_names) == is_rewritten(file) == (name != "x.py")
