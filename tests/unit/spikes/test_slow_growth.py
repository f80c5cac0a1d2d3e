"""A topic that grows slowly is watched. A busy season, one wild day and a new topic are not."""

from surgeline.domain.spikes.baseline import SLOTS, Day
from surgeline.domain.spikes.growth import WATCHED_DAYS, growing_in

from benchmarks.spikes.measure import watched
from benchmarks.spikes.month import GROWS_FROM, growing


def days(*levels: float, busy: float = 1.0, before: int = 14) -> list[Day]:
    """Return days on which a topic has 40 customers, and then so many times as many.

    Two other topics have 200 each, and then `busy` times as many.
    """
    found = []
    for number, level in enumerate([1.0] * before + list(levels)):
        others = 200 * (1.0 if number < before else busy)
        found.append(Day(number % 7, {"a": _of(40 * level), "b": _of(others), "c": _of(others)}))
    return found


def _of(total: float) -> list[int]:
    """Return a day's customers at noon."""
    return [0] * 48 + [round(total)] + [0] * (SLOTS - 49)


def test_a_topic_that_has_grown_for_days_is_watched() -> None:
    """It says for how many days, how many customers came, and how many are usual."""
    steady = [1.0] * (WATCHED_DAYS - 8)
    [found] = growing_in(days(*steady, *(1.2, 1.3, 1.5, 1.6, 1.8, 2.0, 2.1, 2.3)))
    assert (found.topic, found.days) == ("a", 8)
    assert found.customers == 552
    assert 1.4 < found.times < 1.9
    assert growing_in(days(*[1.0] * WATCHED_DAYS)) == []


def test_one_wild_day_is_a_spike_and_no_growth() -> None:
    """A day adds so little that only several days make a growth."""
    assert growing_in(days(*[1.0] * (WATCHED_DAYS - 1), 20.0)) == []


def test_a_topic_that_nobody_knew_and_too_few_days_show_no_growth() -> None:
    """A new article is asked about from its first day on, which nobody needs to watch."""
    new = [Day(each.weekday, each.counts | {"new": _of(50)}) for each in days()[-7:]]
    assert growing_in([*days(), *days()[-7:], *new]) == []
    assert growing_in(days(*[3.0] * 7, before=6)) == []


def test_what_grows_with_everything_else_does_not_grow() -> None:
    """A season on all topics is none of any."""
    assert growing_in(days(*[3.0] * WATCHED_DAYS)) != []
    assert growing_in(days(*[3.0] * WATCHED_DAYS, busy=3.0)) == []


def test_on_a_generated_month_growth_is_seen_and_little_else() -> None:
    """At 8 % a day most topics are watched within ten days, and steady ones hardly ever."""
    made, grown = growing(1)
    marks = watched(made, grown, GROWS_FROM)
    assert len(marks.delays) >= marks.growing - 1
    assert sorted(marks.delays)[len(marks.delays) // 2] <= 10
    assert marks.wrong <= marks.steady * 0.01
