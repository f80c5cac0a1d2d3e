"""Alerts are raised once and cleared once, in turn, however their numbers move."""

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from surgeline.adapters.system_texts import lead_words
from surgeline.domain.alerts.book import (
    MOST_PAST,
    MOST_STANDING,
    Alert,
    Book,
    Reading,
    acknowledged,
    cleared,
    judged,
    raised,
)
from surgeline.domain.alerts.rules import BY_NAME, SHIPPED, AlertChange, AlertRule, rules_of

MINUTE = 60_000
RULE = AlertRule(
    name="lag", unit="seconds", raise_at=10, clear_at=5, for_seconds=120, clear_seconds=60
)

STEPS = st.lists(
    st.tuples(
        st.integers(-MINUTE, 5 * MINUTE),  # a clock may jump back
        st.one_of(st.none(), st.floats(0, 20), st.sampled_from([5.0, 10.0])),
    ),
    max_size=60,
)
RULES = st.builds(
    AlertRule,
    name=st.just("lag"),
    unit=st.just("seconds"),
    raise_at=st.floats(6, 15),
    clear_at=st.floats(0, 5),
    for_seconds=st.sampled_from([0, 60, 300]),
    clear_seconds=st.sampled_from([0, 60, 300]),
)


def words(rule: AlertRule, reading: Reading) -> str:
    return f"{rule.name} {reading.value}"


def judge(book: Book, value: float | None, at: int, rule: AlertRule = RULE) -> Book:
    return judged(book, [rule], [Reading("lag", value)], words, at=at)


def run(values: Sequence[float | None], rule: AlertRule = RULE) -> list[bool]:
    """Return for each minute whether the alert stands."""
    book, found = Book(), []
    for number, value in enumerate(values):
        book = judge(book, value, number * MINUTE, rule)
        found.append("lag" in book.standing)
    return found


@given(RULES, STEPS)
def test_a_flapping_number_never_raises_twice_without_a_clear_between(
    rule: AlertRule, steps: list[tuple[int, float | None]]
) -> None:
    """Raisings and clearings take turns, and each is due by what was read while it turned."""
    book, now, told, held = Book(), 10**12, [], None
    for step, value in steps:
        now += step
        before = book
        book = judge(book, value, now, rule)
        stood, stands = "lag" in before.standing, "lag" in book.standing
        if value is not None:
            turns = value <= rule.clear_at if stood else value >= rule.raise_at
            held = (now if held is None else min(held, now)) if turns else None
        if stood == stands:
            continue
        told.append("raised" if stands else "cleared")
        seconds = rule.clear_seconds if stood else rule.for_seconds
        assert value is not None
        assert held is not None
        assert now - held >= seconds * 1000
        held = None
    assert told[:1] in ([], ["raised"])
    assert all(one != other for one, other in pairwise(told))
    assert sum(each == "raised" for each in told) == len(book.alerts)


def test_an_alert_waits_until_its_number_has_lasted() -> None:
    """Two minutes at the level raise it, and a better minute between begins anew."""
    assert run([10, 10, 10]) == [False, False, True]
    assert run([10, 9, 10, 10]) == [False] * 4


def test_an_alert_is_cleared_below_the_level_that_raised_it() -> None:
    """Between the two levels it stands; a minute at the lower one clears it."""
    assert run([10, 10, 10, 6, 9, 5, 6, 5, 5]) == [False, False, *[True] * 6, False]


def test_a_number_that_can_not_be_read_changes_nothing() -> None:
    """It neither clears an alert, nor does it raise one or end the time that counts."""
    assert run([10, None, 10]) == [False, False, True]
    assert run([10, 10, 10, None, None]) == [False, False, True, True, True]


def test_what_is_not_there_any_more_is_cleared() -> None:
    """A pool that was removed has no number, and its alert goes after the usual time."""
    rule = AlertRule(name="cap", unit="share", raise_at=1, clear_at=0, of_each="pool")
    book = judged(Book(), [rule], [Reading("cap", 1, "north")], words, at=0)
    assert list(book.standing) == ["cap:north"]
    assert judged(book, [rule], [], words, at=MINUTE).standing == {}


def test_alerts_of_things_stay_while_their_numbers_can_not_be_read() -> None:
    """One reading without a value stands for all things of a rule; an empty one clears them."""
    rule = AlertRule(name="spike", unit="count", raise_at=1, clear_at=0, of_each="topic")
    book = judged(Book(), [rule], [Reading("spike", 9, "hours")], words, at=0)
    unread = judged(book, [rule], [Reading("spike", None)], words, at=MINUTE)
    assert list(unread.standing) == ["spike:hours"]
    assert list(judged(unread, [rule], [], words, at=2 * MINUTE).standing) == []


def test_a_rule_that_is_off_raises_nothing_and_clears_at_once() -> None:
    """A company that turns a rule off sees its alert go in the next minute."""
    book = judge(judge(judge(Book(), 10, 0), 10, MINUTE), 10, 2 * MINUTE)
    assert "lag" in book.standing
    off = rules_off()
    assert judge(book, 10, 3 * MINUTE, off).standing == {}
    assert judge(Book(), 10, 0, off) == Book()


def rules_off() -> AlertRule:
    return AlertRule(name="lag", unit="seconds", raise_at=10, clear_at=5, is_on=False)


def test_an_alert_of_others_is_raised_and_cleared_by_its_key() -> None:
    """A repeat of either changes nothing, and no rule touches it."""
    book = raised(Book(), "spike:delivery", "Many ask.", "urgent", at=1)
    assert raised(book, "spike:delivery", "More ask.", "warning", at=2) == book
    assert judged(book, SHIPPED, [], words, at=3) == book
    gone = cleared(book, "spike:delivery", at=4)
    assert [(each.raised_at, each.cleared_at) for each in gone.alerts] == [(1, 4)]
    assert cleared(gone, "spike:delivery", at=5) == gone


def test_the_first_person_who_takes_an_alert_has_it() -> None:
    """A second one changes nothing, and an unknown id changes nothing either."""
    book = raised(Book(), "spike", "Many ask.", "urgent", at=1)
    [alert] = book.alerts
    taken = acknowledged(book, alert.id, "Ann (lead)", at=2)
    assert taken.alerts[0].acknowledged_by == "Ann (lead)"
    assert acknowledged(taken, alert.id, "Bob (lead)", at=3) == taken
    assert acknowledged(book, "a-nobody", "Bob", at=3) == book


def test_the_book_is_bounded() -> None:
    """Alerts without number fill neither the standing ones nor the past ones."""
    book = Book()
    for number in range(MOST_STANDING + 10):
        book = raised(book, f"k{number}", "w", "notice", at=number)
    assert len(book.standing) == MOST_STANDING
    for number in range(MOST_STANDING):
        book = cleared(book, f"k{number}", at=1_000)
    assert len(book.alerts) == MOST_PAST
    assert book.alerts[0].key == f"k{MOST_STANDING - 1}"


def test_every_rule_has_words_in_every_language() -> None:
    """The files have the same keys, and a sentence for each shipped rule."""
    keys = {f"alert_{each.name}" for each in SHIPPED}
    for language in ("en", "ko", "fr"):
        assert keys <= set(lead_words(language).texts)
        assert set(lead_words(language).texts) == set(lead_words("en").texts)
    assert lead_words("xx") == lead_words("en")


def test_a_company_changes_a_rule_by_its_name() -> None:
    """What it does not give stays as shipped, and unknown rules of a newer release are nothing."""
    changes = [AlertChange(rule="cap_near", raise_at=0.8), AlertChange(rule="later", is_on=False)]
    by_name = {each.name: each for each in rules_of(changes)}
    assert by_name["cap_near"].raise_at == 0.8
    assert by_name["cap_near"].clear_at == BY_NAME["cap_near"].clear_at
    assert len(by_name) == len(SHIPPED)
    assert all(each.clear_at < each.raise_at for each in SHIPPED)


def test_an_alert_says_whether_it_stands() -> None:
    """It stands until it has a time of its clearing."""
    about = {"id": "a1", "key": "k", "level": "notice", "words": "w", "raised_at": 1}
    assert Alert(**about).stands  # type: ignore[arg-type] # of a literal
    assert not Alert(**about, cleared_at=2).stands  # type: ignore[arg-type] # of a literal
