"""The digest says what changed since a week before, and what to do, in plain words."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from surgeline.adapters.system_texts import lead_words
from surgeline.domain.account import Account, Stay
from surgeline.reports.case import Case
from surgeline.reports.days import Span, span_of
from surgeline.reports.named.digest import before, digest, finding
from surgeline.reports.report import ArticleFacts, Ground

ZONE = ZoneInfo("Europe/Paris")
DAY = span_of(date(2026, 3, 31), date(2026, 3, 31), ZONE)
EARLIER = before(DAY)
MINUTE = 60_000
GROUND = Ground(at=DAY.end + 86_400_000, quiet=3_600_000, words=lead_words("en"))


def cases(span: Span, count: int, *, waits: int = 0, **account: Any) -> list[Case]:
    """Return so many cases of a day, whose customers waited so many minutes for a person."""
    start, stays = span.start, ()
    if waits:
        stays = (Stay("north", start + waits * MINUTE, until=start + 2 * waits * MINUTE),)
        account |= {
            "handoffs": 1, "asked_at": start, "joined_at": start + waits * MINUTE,
            "first_person_at": start + waits * MINUTE,
        }  # fmt: skip
    about = {"channel_id": "shop", "language": None, "ended_by": "pool", "reason": "no_answer"}
    return [
        Case(
            conversation_id=f"t{start}x{number}-1",
            opened_at=start + number,
            account=Account(first_reply_at=start + number, stays=stays, **account),
            **about,  # type: ignore[arg-type] # of literals
        )
        for number in range(count)
    ]


def read(found: Iterable[Case], language: str = "en") -> dict[str, Any]:
    """Return the digest of the day."""
    return digest(DAY, found, replace(GROUND, words=lead_words(language)))


def test_the_change_is_counted_against_the_same_weekday() -> None:
    """A day is set against the day a week before, also across the change of clocks."""
    assert (EARLIER.days[0].date, EARLIER.days[-1].date) == (date(2026, 3, 24), date(2026, 3, 24))
    more = read([*cases(EARLIER, 4, answered=("hours",)), *cases(DAY, 6, answered=("hours",))])
    assert more["first"] == (
        "On 2026-03-31, customers opened 6 conversations, 50% more than a week before (4)."
    )
    assert "The bot alone answered 6 of them (100%, and 100% a week before)." in more["changed"]
    fewer = read([*cases(EARLIER, 4), *cases(DAY, 3)])
    assert "25% fewer than a week before (4)" in fewer["first"]
    assert "as many as a week before" in read([*cases(EARLIER, 3), *cases(DAY, 3)])["first"]
    assert "no week before" in read(cases(DAY, 3))["first"]


def test_articles_that_wait_for_a_person_are_things_to_do() -> None:
    """Who is due by today and not retired, and who is paused, in the company's language."""
    known = {
        "hours": ArticleFacts("automated", review_by="2026-04-02"),
        "later": ArticleFacts("automated", review_by="2026-04-03"),
        "old": ArticleFacts("retired", review_by="2026-03-01"),
        "returns": ArticleFacts("paused"),
    }
    found = digest(DAY, cases(DAY, 1), replace(GROUND, articles={"shop": known}))
    assert found["articles"] == {"due": ["hours"], "paused": ["returns"]}
    assert found["to_do"] == [
        "Review what is due (1): hours. `surgeline kb due` lists the articles.",
        "Mend or retire what is paused (1): returns. `surgeline kb states` says why.",
    ]
    assert read(cases(DAY, 1))["to_do"] == ["Nothing needs you."]


def test_a_range_is_compared_with_whole_weeks_before() -> None:
    """Ten days are set against the ten that began two weeks earlier."""
    span = span_of(date(2026, 3, 10), date(2026, 3, 19), ZONE)
    assert before(span).days[0].date == date(2026, 2, 24)
    assert len(before(span).days) == 10


def test_what_people_must_do_is_said_by_its_reason() -> None:
    """Rejected answers, topics that go to people, missing articles, waits and slow replies."""
    rejected = [replace(each, rejected=("hours",)) for each in cases(DAY, 3, answered=("hours",))]
    assert read(rejected)["to_do"] == [
        "Read the answer hours again: customers rejected it 3 times."
    ]
    to_people = read(cases(DAY, 3, waits=1, answered=("returns",)))["to_do"]
    assert to_people[0].startswith("Look at returns: 3 conversations about it went to people.")
    missing = read(cases(DAY, 3, waits=1))["to_do"]
    assert missing[0].startswith("Write what is missing: 3 conversations had no article near.")
    assert any("Plan more people" in each for each in read(cases(DAY, 3, waits=9))["to_do"])
    slow = [
        replace(each, account=replace(each.account, first_reply_at=each.opened_at + 11_000))
        for each in cases(DAY, 1, answered=("hours",))
        if each.account
    ]
    assert read(slow)["to_do"][0].startswith("Find out why first replies took over 10 s.")
    quiet = read(cases(DAY, 2, answered=("hours",)))
    assert quiet["to_do"] == ["Nothing needs you."]
    assert finding(quiet, lead_words("en")).endswith("Nothing needs you.")


def test_a_handful_of_waits_is_told_by_the_longest() -> None:
    """Of twenty and more, the time of 95 in 100 is told."""
    few = [*cases(DAY, 2, waits=1), *cases(DAY, 1, waits=4)]
    assert "Whoever asked for a person had one within 4 min." in read(few)["changed"]
    many = [*cases(DAY, 30, waits=1), *cases(DAY, 1, waits=4)]
    said = "Of 100 people who asked for a person, 95 had one within 1 min."
    assert said in read(many)["changed"]


def test_topics_that_grew_are_named() -> None:
    """A topic of three more is told with both numbers, and one of two more is not."""
    grown = [
        *cases(EARLIER, 1, answered=("hours",)),
        *cases(DAY, 4, answered=("hours",)),
        *cases(DAY, 2, answered=("returns",)),
    ]
    said = [each for each in read(grown)["changed"] if "More about" in each]
    assert said == ["More about hours: 4 conversations, and 1 a week before."]
    first = read(cases(DAY, 4, answered=("hours",)))["changed"]
    assert not [each for each in first if "More about" in each]


@pytest.mark.parametrize(("language", "words"), [("ko", "상담"), ("fr", "conversations")])
def test_a_digest_speaks_the_companys_language(language: str, words: str) -> None:
    """No sentence is left with the name of its text or an open place."""
    found = read([*cases(EARLIER, 4), *cases(DAY, 6, waits=9)], language)
    said = [found["first"], *found["changed"], *found["to_do"]]
    assert words in found["first"]
    assert not [each for each in said if "{" in each or each.startswith("digest_")]


def test_a_topic_names_any_three_of_its_conversations() -> None:
    """Those of the week before are not named, and an erased one has no name."""
    erased = replace(cases(DAY, 1)[0], conversation_id="", account=None, is_erased=True)
    now, then = cases(DAY, 5, answered=("hours",)), cases(EARLIER, 2, answered=("hours",))
    [topic] = read([*then, *now, erased])["topics"]
    assert topic["conversations"] == [each.conversation_id for each in now[:3]]
