"""How the tests are spread over processes, so that none works alone at the end."""

from pathlib import Path

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
