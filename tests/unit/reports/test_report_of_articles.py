"""The uses of articles are read from cases, and reported by article, text and week."""

from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from surgeline.adapters.system_texts import lead_words
from surgeline.domain.account import Account, Stay
from surgeline.domain.events import UsedSuggestion
from surgeline.domain.outcome import PoolReport, Surveyed
from surgeline.reports.case import Case
from surgeline.reports.closing import Beside, Flag, Use, events_of, told_in
from surgeline.reports.days import span_of
from surgeline.reports.named.articles import articles, finding, show
from surgeline.reports.report import ArticleFacts, Ground

DAY_MS = 86_400_000
START = 1_772_323_200_000  # 2026-03-01T00:00Z
AT = START + 20 * DAY_MS


def case(number: int = 1, *, day: int = 0, customer: str = "c", **more: Any) -> Case:
    at = START + day * DAY_MS
    account = more.pop("account", Account(answered=("en-hours",)))
    return Case(
        conversation_id=f"t{customer:a<26}-{number}",
        channel_id="web",
        language="en",
        opened_at=at,
        closed_at=at,
        ended_by="customer",
        account=account,
        **more,
    )


def used(*cases: Case) -> list[Use]:
    found = events_of(cases, at=AT, quiet=DAY_MS, returns=7 * DAY_MS)
    return [each for each in found if isinstance(each, Use)]


def said(one: Case, helped: bool) -> Case:
    told = Surveyed(
        conversation_id=one.conversation_id,
        channel_id="web",
        language="en",
        opened_at=one.opened_at,
        at=one.opened_at,
        helped=helped,
        type="survey_answered",
    )
    return replace(one, surveyed=(told,))


HANDED = Account(answered=("en-hours",), handoffs=1)


@pytest.mark.parametrize(
    ("one", "closed", "followed"),
    [
        (case(), True, False),
        (case(rejected=("en-hours",)), False, False),
        (case(account=HANDED), False, False),
        (said(case(), helped=False), False, False),
        (said(case(), helped=True), True, False),
        (case(account=Account(answered=("en-hours",), reopened=1)), False, True),
        (case(account=Account(answered=("en-hours", "en-fax"))), True, True),
    ],
)
def test_a_use_closes_unless_something_says_otherwise(
    one: Case, closed: bool, followed: bool
) -> None:
    """A rejection, a person, a "no" and a return each count as not closed."""
    first = used(one)[0]
    assert (first.closed, first.followed) == (closed, followed)


def test_a_return_on_the_same_topic_is_a_no_and_another_topic_is_none() -> None:
    """Only the time in which a customer may return counts."""
    other = case(2, day=3, account=Account(answered=("en-fax",)))
    assert [each.closed for each in used(case(), case(2, day=3))] == [False, True]
    assert [each.closed for each in used(case(), other)] == [True, True]
    assert [each.closed for each in used(case(), case(2, day=9))] == [True, True]
    assert [each.closed for each in used(case(), case(1, day=3, customer="d"))] == [True, True]


def test_what_an_agent_sent_is_a_use_and_judges_decisions_beside_people() -> None:
    """A skip of the article that would have answered counts against it, and a flag names who."""
    told = PoolReport(
        suggestions=(
            UsedSuggestion("en-hours", "edited"),
            UsedSuggestion("en-fax", "skipped", "wrong", "old number"),
        )
    )
    account = Account(handoffs=1, shadowed=("en-hours", "en-fax"), stays=(Stay("p", 1, "Ann"),))
    one = case(account=account, told=told, resolution="assumed")
    found = list(events_of([one], at=AT, quiet=DAY_MS, returns=DAY_MS))
    assert [(e.article_id, e.way, e.closed) for e in found if isinstance(e, Use)] == [
        ("en-hours", "inserted", True)
    ]
    beside = {each.article_id: each.right for each in found if isinstance(each, Beside)}
    assert beside == {"en-hours": True, "en-fax": False}
    flags = [each for each in found if isinstance(each, Flag)]
    assert [(each.article_id, each.who, each.reason) for each in flags] == [
        ("en-fax", "Ann", "old number")
    ]
    assert [(each.article_id, each.who, each.use) for each in told_in([one])] == [
        ("en-hours", "Ann", "edited"),
        ("en-fax", "Ann", "skipped"),
    ]


def test_the_report_has_a_row_for_each_article_and_text() -> None:
    """Uses belong to the text of their time, weeks stand in each row, and shares have bounds."""
    span = span_of(date(2026, 3, 1), date(2026, 3, 14), ZoneInfo("UTC"))
    facts = ArticleFacts("automated", ((START, "old"), (START + 5 * DAY_MS, "new")))
    known = {"shop": {"en-hours": facts}}
    ground = Ground(at=AT, quiet=DAY_MS, bases={"web": "shop"}, articles=known)
    cases = [case(day=day, customer=f"c{day}") for day in range(12)]
    cases[7] = said(replace(cases[7], rejected=("en-hours",)), helped=False)
    cases[8] = said(cases[8], helped=False)
    made = (
        UsedSuggestion("en-hours", "edited", "good", distance=0.25),
        UsedSuggestion("en-fax", "skipped", "unclear", "which fax?"),
    )
    cases[9] = replace(cases[9], told=PoolReport(suggestions=made))
    found = articles(span, cases, ground)
    rows = {each["text"]: each for each in found["articles"]}
    assert (rows["new"]["people"]["edited"], rows["new"]["ratings"]["good"]) == (1, 1)
    assert (rows["new"]["edit_distance"], rows["old"]["edit_distance"]) == (0.25, None)
    assert (rows[None]["people"]["skipped"], rows[None]["ratings"]["unclear"]) == (1, 1)
    assert (rows["old"]["people"]["used"], rows[None]["uses"]["of"]) == (0, 0)
    assert (rows["old"]["uses"]["of"], rows["old"]["uses"]["count"]) == (5, 5)
    assert (rows["new"]["uses"]["of"], rows["new"]["uses"]["count"]) == (7, 5)
    assert rows["new"]["is_current"]
    assert not rows["old"]["is_current"]
    assert rows["new"]["helped"]["of"] == 2
    assert found["survey"]["count"] == 1
    assert found["survey"]["of"] == 2
    assert sum(each["uses"]["of"] for each in rows["new"]["weeks"]) == 7
    words = lead_words("en")
    told = {"from": "2026-03-01", "to": "2026-03-14", **found}
    assert "83% of 12 uses of articles closed" in finding(told, words)
    shown = show(told, words).tables
    assert shown[0].rows[0][0] == "en-hours"
    assert [row[0] for row in shown[1].rows] == ["en-hours", "en-fax"]
    nothing = articles(span, [], ground)
    assert "no article was used" in finding(
        {"from": "2026-03-01", "to": "2026-03-14", **nothing}, words
    )
