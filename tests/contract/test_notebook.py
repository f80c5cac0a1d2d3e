"""A notebook's pages are replaced whole, and only by a writer who has read the newest one."""

import pytest
from surgeline.application.ports.notebook import Page
from surgeline.application.ports.refusals import Changed, TooLarge

from tests.contract.homes import Home


def test_a_page_is_kept_as_it_was_written(home: Home) -> None:
    """A page that was never written is empty, and each has a name of its own."""
    assert home.notebook.read("alerts") == Page()
    first = home.notebook.write("alerts", b'{"a":1}', after=Page())
    assert home.notebook.read("alerts") == first
    assert first.body == b'{"a":1}'
    second = home.notebook.write("alerts", bytes(range(256)), after=first)
    assert home.notebook.read("alerts") == second
    assert home.notebook.read("live") == Page()


def test_of_two_writers_one_succeeds(home: Home) -> None:
    """Whoever has not read the newest page changes nothing and is told so."""
    first = home.notebook.write("alerts", b"1", after=Page())
    with pytest.raises(Changed):
        home.notebook.write("alerts", b"lost", after=Page())
    second = home.notebook.write("alerts", b"2", after=first)
    with pytest.raises(Changed):
        home.notebook.write("alerts", b"lost", after=first)
    assert home.notebook.read("alerts") == second


def test_a_page_that_is_too_large_is_refused(home: Home) -> None:
    """Both homes refuse the same size, and keep what was there."""
    first = home.notebook.write("live", b"1", after=Page())
    with pytest.raises(TooLarge):
        home.notebook.write("live", b"x" * 400_001, after=first)
    assert home.notebook.read("live") == first
