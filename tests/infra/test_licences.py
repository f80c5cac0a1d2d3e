"""Everything that is shipped may be shipped, by its licence."""

from infra.licences import EXCEPTIONS, Licence, pinned, shipped


def test_each_shipped_package_has_a_licence_that_is_allowed() -> None:
    """A new dependency with another licence needs an exception with its reason."""
    found = shipped()
    assert len(found) >= 25
    assert {each.package for each in found} <= pinned()
    assert [each for each in found if not each.is_fine] == []


def test_a_licence_that_asks_for_more_is_found() -> None:
    """A licence of copyleft, an unknown one, and none are each refused."""
    for expression in ("GPL-3.0-only", "MIT AND GPL-3.0-only", "unknown", "", "Proprietary"):
        assert not Licence("a", "1", expression).is_fine, expression
    assert Licence("a", "1", "(MIT OR Apache-2.0) AND BSD-3-Clause").is_fine


def test_no_exception_is_left_over() -> None:
    """Each exception is a package that is shipped, with a reason."""
    assert set(EXCEPTIONS) <= pinned()
    assert all(reason for _, reason in EXCEPTIONS.values())
