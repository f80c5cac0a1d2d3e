"""A channel's provider is asked for a profile at most once a day, and nobody waits for it."""

from dataclasses import replace

import pytest
from surgeline.domain.customers.events import ProfileFound
from surgeline.domain.decide import decide
from surgeline.domain.effects import AskProfile
from surgeline.domain.events import CustomerWrote, ThreadErased
from surgeline.domain.facts import Facts
from surgeline.domain.thread import Thread

NOON, DAY = 1_772_366_400_000, 86_400_000
THREAD = Thread("t1", "line", "kim", has_former_ids=False)
FOUND = ProfileFound("e9", "t1", "line", NOON, "t1-1", {"name": "Kim"}, "ko")


def wrote(
    thread: Thread, *, at: int = NOON, asks: bool = True, **more: object
) -> tuple[Thread, int]:
    """Return the thread after a message, and how many questions for a profile it caused."""
    event = CustomerWrote(f"e{at}", "t1", "line", "kim", at, "hi", **more)  # type: ignore[arg-type] # of the event
    decision = decide(thread, event, Facts(now=at, has_profiles=asks))
    return decision.thread, sum(isinstance(each, AskProfile) for each in decision.effects)


def test_a_profile_is_asked_for_once_a_day() -> None:
    """The first message asks, the next ones do not, and a message a day later asks again."""
    thread, first = wrote(THREAD)
    thread, soon = wrote(thread, at=NOON + DAY - 1)
    _, later = wrote(thread, at=NOON + DAY)
    assert (first, soon, later) == (1, 0, 1)


@pytest.mark.parametrize("more", [{"asks": False}, {"customer": {"name": "Kim"}}])
def test_nobody_is_asked_where_the_channel_tells_or_cannot(more: dict[str, object]) -> None:
    """A channel without profiles is not asked, and neither is one whose messages have the name."""
    assert wrote(THREAD, **more)[1] == 0  # type: ignore[arg-type] # of two kinds


def test_the_language_of_a_profile_yields_to_the_customers_words() -> None:
    """A profile's language counts only where no message told one."""
    unknown = decide(wrote(THREAD)[0], FOUND, Facts(now=NOON))
    known = decide(replace(THREAD, language="fr"), FOUND, Facts(now=NOON))
    assert (unknown.thread.language, known.thread.language) == ("ko", "fr")
    assert "Kim" not in repr(unknown.explanation)


def test_a_profile_that_comes_after_an_erasure_is_forgotten() -> None:
    """An erasure forgets when the provider was asked, so that a new customer is asked for anew."""
    thread, _ = wrote(THREAD)
    erased = decide(thread, ThreadErased("e8", "t1", NOON, "line"), Facts(now=NOON)).thread
    assert erased.profile_asked_at == 0
