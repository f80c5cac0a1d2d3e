"""A request for people has a window, which is renewed in time or is over."""

from dataclasses import replace
from functools import partial
from typing import Any

from surgeline.adapters.system_texts import lead_words
from surgeline.domain.surge import control as looks
from surgeline.domain.surge.facts import Ahead, Source
from surgeline.domain.surge.policy import Led, SurgePolicy
from surgeline.domain.surge.state import Observed, State
from surgeline.domain.surge.windows import Window, windows_of

MINUTE = 60_000
AGENCY = Source(
    id="agency", here=0, maximum=10, cost_per_hour=28, start_up_seconds=900, minimum_seconds=7_200
)
POLICY = SurgePolicy(
    mode="act",
    pools=(Led("agency", start_up_seconds=900),),
    handle_seconds=(480,),
    spend_cap=None,
)
control = partial(looks.control, words=lead_words("en"))
of = partial(windows_of, (AGENCY,))


def seen(minute: int, **changes: Any) -> Observed:
    """Return a busy minute of a day, in which everybody has come who was asked for."""
    about: dict[str, Any] = {
        "now": minute * MINUTE,
        "day": "2026-03-01",
        "day_began": 0,
        "ahead": (Ahead(minute * MINUTE, 40 / 3600, 0.0),),
        "live_factor": 1.0,
        "backlog": 0,
        "sources": (AGENCY,),
        "wanted": {"agency": 0},
    }
    return Observed(**(about | changes))


def test_a_window_begins_when_people_can_be_there() -> None:
    """It lasts an hour, or as long as the pool's people stay at least."""
    short = replace(AGENCY, minimum_seconds=600.0)
    assert of({"agency": 3}, ["agency"], {}, now=0) == {"agency": Window(15 * MINUTE, 135 * MINUTE)}
    assert windows_of((short,), {"agency": 3}, ["agency"], {}, now=0) == {
        "agency": Window(15 * MINUTE, 75 * MINUTE)
    }
    assert of({"agency": 0}, ["agency"], {}, now=0) == {}


def test_a_window_is_renewed_before_it_ends() -> None:
    """A quarter of an hour before its end the people are wanted anew, from now on."""
    before = {"agency": Window(0, 60 * MINUTE)}
    assert of({"agency": 3}, (), before, now=44 * MINUTE) == before
    assert of({"agency": 3}, (), before, now=45 * MINUTE) == {
        "agency": Window(45 * MINUTE, 165 * MINUTE)
    }


def test_the_controller_renews_by_telling_the_same_number_again() -> None:
    """No act is made for it, and a minute with time left tells nothing."""
    first = control(POLICY, seen(1), State())
    people = first.tell["agency"]
    there = {
        "sources": (replace(AGENCY, here=people),),
        "wanted": {"agency": people},
    }
    quiet = control(POLICY, seen(30, **there), first.state)
    assert (quiet.tell, quiet.again) == ({}, {})
    late = control(POLICY, seen(125, **there), quiet.state)
    assert (late.tell, late.again, late.decision.acts) == ({}, {"agency": people}, ())
    assert late.state.windows["agency"].begins == 125 * MINUTE


def test_a_pool_that_is_led_no_more_is_told_that_it_has_no_window() -> None:
    """Nobody would renew it, so the request holds until it is released."""
    first = control(POLICY, seen(1), State())
    people = first.tell["agency"]
    found = control(replace(POLICY, mode="advise"), seen(2, wanted={"agency": people}), first.state)
    assert (found.again, found.state.windows) == ({"agency": people}, {})
    after = control(replace(POLICY, mode="advise"), seen(3, wanted={"agency": people}), found.state)
    assert after.again == {}


def test_a_changed_number_leaves_no_gap_in_a_window_that_stands() -> None:
    """People who are there stay wanted, and those on their way are awaited from the same time."""
    before = {"agency": Window(0, 120 * MINUTE)}
    for people in (12, 5):
        assert of({"agency": people}, ["agency"], before, now=100 * MINUTE) == {
            "agency": Window(100 * MINUTE, 220 * MINUTE)
        }
    on_their_way = {"agency": Window(15 * MINUTE, 135 * MINUTE)}
    assert of({"agency": 12}, ["agency"], on_their_way, now=5 * MINUTE) == on_their_way
    assert of({"agency": 12}, ["agency"], before, now=120 * MINUTE) == {
        "agency": Window(135 * MINUTE, 255 * MINUTE)
    }


def test_a_request_that_was_not_told_is_told_again_with_its_window() -> None:
    """The same holds for a release. The look after that one tells nothing."""
    first = control(POLICY, seen(1), State())
    people = first.tell["agency"]
    there = {"sources": (replace(AGENCY, here=people),), "wanted": {"agency": people}}
    lost = control(POLICY, seen(2, **there), replace(first.state, untold=("agency",)))
    assert (lost.tell, lost.again) == ({}, {"agency": people})
    assert lost.state.windows == first.state.windows
    assert control(POLICY, seen(3, **there), lost.state).again == {}
    calm = {"ahead": (Ahead(2 * MINUTE, 0.0, 0.0),)}
    released = replace(State(), leads=True, untold=("agency",))
    assert control(POLICY, seen(2, **calm), released).again == {"agency": 0}
