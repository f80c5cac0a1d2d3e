"""The ledger: small documents in books, of which only one writer of a version succeeds."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from surgeline.application.ports.ledger import Entry
from surgeline.application.ports.refusals import Throttled

from tests.contract.examples import NOON
from tests.contract.homes import Home

DAY = 86_400_000
FIRST = Entry("decisions", "00001", '{"wanted": 2}', 1, NOON + DAY)


def test_an_entry_is_read_as_it_was_written(home: Home) -> None:
    """Its body, version and end come back, and other ids and books have nothing."""
    assert home.ledger.write(FIRST)
    assert home.ledger.read("decisions", "00001") == FIRST
    assert home.ledger.read("decisions", "00002") is None
    assert home.ledger.read("overrides", "00001") is None


def test_only_the_next_version_is_kept(home: Home) -> None:
    """A writer who read an older version changes nothing, and nobody begins an entry twice."""
    second = replace(FIRST, version=2, body="{}")
    assert not home.ledger.write(second)
    assert home.ledger.write(FIRST)
    assert not home.ledger.write(replace(FIRST, body="another"))
    assert home.ledger.write(second)
    assert not home.ledger.write(second)
    assert home.ledger.read("decisions", "00001") == second


def test_of_many_writers_of_a_version_one_succeeds(home: Home) -> None:
    """Eight controllers at once leave one entry, which one of them wrote."""

    def write(number: int) -> bool:
        try:
            return home.ledger.write(replace(FIRST, body=str(number)))
        except Throttled:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(write, range(8))) == 1


@pytest.mark.parametrize("backward", [False, True])
def test_a_range_is_listed_in_the_order_of_its_ids(home: Home, *, backward: bool) -> None:
    """Both ends belong to the range, the limit counts from its beginning, books stay apart."""
    for number in (3, 1, 2, 4):
        home.ledger.write(replace(FIRST, id=f"0000{number}"))
    home.ledger.write(replace(FIRST, book="overrides"))
    ids = [each.id for each in home.ledger.find("decisions", limit=9, newest_first=backward)]
    assert ids == sorted(ids, reverse=backward)
    assert len(ids) == 4
    found = home.ledger.find(
        "decisions", first="00002", last="00003", limit=1, newest_first=backward
    )
    assert [each.id for each in found] == ["00003" if backward else "00002"]
