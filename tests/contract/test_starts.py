"""Starts of messages that did not end are counted for each message."""

from tests.contract.homes import Home


def test_starts_without_an_end_are_counted(home: Home) -> None:
    """Each message has its own count, and an end begins it anew."""
    assert [home.starts.begun("m1") for _ in range(3)] == [1, 2, 3]
    assert home.starts.begun("m2") == 1
    home.starts.ended("m1")
    home.starts.ended("unknown")
    assert (home.starts.begun("m1"), home.starts.begun("m2")) == (1, 2)
