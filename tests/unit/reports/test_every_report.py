"""Every report as a pure fold: what it counts, its sentence, and its page."""

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from surgeline.adapters.system_texts import lead_words
from surgeline.domain.account import Account, Asked, CallbackChosen, Quote, Stay
from surgeline.domain.outcome import PoolReport
from surgeline.domain.texts import Words
from surgeline.reports.case import Case
from surgeline.reports.days import span_of
from surgeline.reports.page.page import page
from surgeline.reports.registry import REPORTS, report_named
from surgeline.reports.report import Ground, PoolTerms

from tests.often import often

EN = lead_words("en")
HOUR = 3_600_000
DAY = 24 * HOUR
SPAN = span_of(date(2026, 3, 27), date(2026, 3, 30), ZoneInfo("Europe/Paris"))
ONE = span_of(date(2026, 3, 29), date(2026, 3, 29), ZoneInfo("Europe/Paris"))
LATER = SPAN.end + 30 * DAY
GROUND = Ground(
    at=LATER,
    quiet=DAY,
    pools={"north": PoolTerms(2.5, 10.0)},
    reviewed={"shop": (9, 10)},
    words=EN,
)


def told(
    name: str, cases: Iterable[Case], *, one: bool = False, at: int = LATER, words: Words = EN
) -> dict[str, Any]:
    """Return a report with its frame, as the use case makes it."""
    span = ONE if one else SPAN
    head = {"report": name, "from": "2026-03-27", "to": "2026-03-30"}
    head |= {"zone": "Europe/Paris", "as_of": span.local_time(at), "language": words.language}
    report = report_named(name)
    found = head | report.count(span, cases, replace(GROUND, at=at, words=words))
    return found | {"finding": report.finding(found, words)}


def case(number: int = 1, *, customer: str = "ann", **more: Any) -> Case:
    """Return a case that the bot resolved, unless something else is said."""
    account = Account(first_reply_at=SPAN.start + 5, answered=("hours",))
    about: dict[str, Any] = {
        "conversation_id": f"{customer}-{number}", "channel_id": "shop", "language": "fr",
        "opened_at": SPAN.start + number * HOUR, "ended_by": "superseded", "account": account,
    }  # fmt: skip
    return Case(**(about | more))


def served(*stays: Stay, **more: Any) -> Case:
    """Return a case that pools had."""
    account = Account(handoffs=1, asked_at=SPAN.start, joined_at=SPAN.start + 2_000, stays=stays)
    return case(**({"ended_by": "pool", "account": account, "reason": "no_answer"} | more))


KIM = Stay("north", SPAN.start, "Kim", SPAN.start + 60_000, "pool")
STAYS = st.builds(
    Stay,
    pool_id=st.sampled_from(["north", "<south>"]),
    since=st.integers(SPAN.start, SPAN.end),
    agent=st.sampled_from([None, "Kim", "<b>Lee"]),
    until=st.none() | st.integers(SPAN.start, SPAN.end),
    end=st.sampled_from([None, "pool", "transferred", "returned", "taken_back", "customer"]),
    why=st.sampled_from([None, "escalation", "silent"]),
    cost=st.none() | st.floats(0, 1e6),
)
CASES = st.builds(
    Case,
    conversation_id=st.builds("{}-{}".format, st.sampled_from("abc"), st.integers(1, 9)),
    channel_id=st.sampled_from(["shop", "<web>"]),
    language=st.none(),
    opened_at=st.integers(ONE.start, ONE.end - 1),
    state=st.sampled_from(["open", "closed"]),
    owner=st.sampled_from(["bot", "waiting", "pool:north"]),
    ended_by=st.sampled_from([None, "pool", "customer", "confirmed", "superseded"]),
    resolution=st.sampled_from([None, "assumed", "confirmed"]),
    reason=st.sampled_from([None, "no_answer", "customer_asked"]),
    told=st.none()
    | st.builds(
        PoolReport,
        code=st.sampled_from([None, "sold"]),
        value=st.none() | st.floats(0, 1e9),
        value_kind=st.sampled_from(["made", "saved"]),
    ),
    account=st.none()
    | st.builds(
        Account,
        answered=st.sampled_from([(), ("hours",), ("<returns>", "hours")]),
        offered=st.sampled_from([(), ("returns",)]),
        handoffs=st.integers(0, 2),
        reopened=st.integers(0, 1),
        stays=st.lists(STAYS, max_size=3).map(tuple),
        asked=st.sampled_from([(), (Asked("north", 1, 2, 3),)]),
        page=st.sampled_from([None, "https://shop.example/a", "<p>"]),
    ),
    is_erased=st.booleans(),
)


@pytest.mark.parametrize("name", REPORTS)
@settings(max_examples=often(30, 100))
@given(cases=st.lists(CASES, max_size=20), one=st.booleans(), at=st.integers(ONE.start, LATER))
def test_every_report_is_told_and_shown_whatever_happened(
    name: str, cases: list[Case], one: bool, at: int
) -> None:
    """A report is JSON, a sentence and a well-formed page that needs no network."""
    cases = sorted(cases, key=lambda each: each.opened_at)
    found = told(name, cases, one=one, at=at)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert re.fullmatch(r"(From|On) .+\.", found["finding"])
    text = page(found, EN)
    assert not re.search(r"https?://(?!shop\.example)|<script|src=|url\((?!#)", text)
    body = ET.fromstring(re.sub(r"<!doctype html>|<meta[^>]*>", "", text))  # noqa: S314 - our own page
    [plot] = body.findall(".//svg[@role='img']")
    assert found["finding"] in plot.attrib["aria-label"]
    assert bool(cases) <= bool(body.findall(".//table") + body.findall(".//li"))
    for table in body.findall(".//table"):
        widths = {len(list(row)) for row in table.iter("tr")}
        assert len(widths) == 1


@pytest.mark.parametrize("name", REPORTS)
def test_days_without_conversations_and_the_erased_break_no_report(name: str) -> None:
    """Nothing is a finding too, and an erased conversation is at most counted."""
    for cases in ([], [case(account=None, is_erased=True, ended_by="erased", conversation_id="")]):
        found = told(name, cases)
        assert "hours" not in json.dumps(found)
        assert page(found, EN)


def test_a_customer_who_comes_back_on_the_same_issue_was_not_helped() -> None:
    """Another article is another issue; an unknown one is the same; the window ends it."""
    other = Account(answered=("returns",))
    found = told("fcr", [case(1), case(2, account=other), case(3, customer="bob")])
    assert (found["first_contact"]["count"], found["came_back"]) == (3, 0)
    found = told("fcr", [case(1), case(2), case(3, account=Account())])
    assert (found["came_back"], found["unresolved"]) == (2, 1)
    late = case(9, opened_at=SPAN.start + HOUR + GROUND.returns + 1)
    assert told("fcr", [case(1), late])["first_contact"]["count"] == 1
    within = case(9, opened_at=SPAN.start + HOUR + GROUND.returns)
    assert told("fcr", [case(1), within])["came_back"] == 1
    assert told("fcr", [case(1)], at=SPAN.end)["too_new"] == 1


def test_a_share_of_few_cases_says_how_unsure_it_is() -> None:
    """Wilson's bounds of 9 in 10 are those of the books."""
    first = told("ledger", [case()])["reviewed"]["shop"]
    assert (first["share"], first["low"], first["high"]) == (0.9, 0.5958, 0.9821)
    assert told("fcr", [])["first_contact"] == {
        "of": 0, "count": 0, "share": None, "low": 0.0, "high": 1.0,
    }  # fmt: skip


def test_a_pool_s_card_counts_offers_ends_and_cost() -> None:
    """Declined offers, what ended, and what a confirmed resolution cost."""
    solved = served(
        KIM, resolution="confirmed", told=PoolReport(code="sold", suggests_article=True)
    )
    asked = replace(
        solved, account=replace(solved.account or Account(), asked=(Asked("north", 1, 1, 2),))
    )
    card = told("pools", [asked, served(KIM)])["pools"]["north"]
    assert (card["accepted"]["count"], card["accepted"]["of"]) == (1, 4)
    assert (card["confirmed"]["count"], card["confirmed"]["of"]) == (1, 2)
    assert (card["articles_suggested"], card["without_code"], card["without_summary"]) == (1, 1, 2)
    assert (card["spent"], card["cost_per_confirmed"]) == (5.0, 5.0)
    assert card["handle_seconds"]["p50"] == 60.0
    assert card["wait_seconds"]["p50"] == 2.0


def test_transfers_name_their_way_and_escalations_are_counted() -> None:
    """The pool that had it next is the end of the way, whatever pool was named."""
    passed = KIM._replace(end="transferred", to="west", why="escalation")
    found = told("transfers", [served(passed, KIM._replace(pool_id="south")), served(KIM)])
    assert (found["handled"], found["transferred"], found["escalations"]) == (2, 1, 1)
    [way] = found["ways"]
    assert (way["from_pool"], way["to_pool"], way["topics"]) == ("north", "south", {"no_answer": 1})


def test_a_topic_hangs_on_one_person_from_five_conversations_on() -> None:
    """Four of a kind prove nothing."""
    assert told("skills", [served(KIM)] * 4)["topics"][0]["hangs_on_one"] is False
    [topic] = told("skills", [served(KIM)] * 5)["topics"]
    assert (topic["hangs_on_one"], topic["person"]) == (True, "Kim (north)")
    others = [served(KIM)] * 5 + [served(KIM._replace(agent="Lee"))] * 5
    assert told("skills", others)["topics"][0]["hangs_on_one"] is False


def test_spending_is_set_against_the_daily_caps() -> None:
    """Four conversations of 2.50 reach a cap of 10 on one of four days."""
    found = told("spend", [served(KIM)] * 4)
    assert (found["spent"], found["budget"]) == (10.0, 40.0)
    assert found["pools"]["north"]["days_at_cap"] == 1
    dearer = told("spend", [served(KIM), served(KIM._replace(cost=4.0))])
    assert dearer["pools"]["north"]["spent"] == 6.5, "what was paid stays so under another price"
    unpriced = told("spend", [served(KIM._replace(pool_id="south"))])
    assert "No cost is configured for south." in unpriced["finding"]


def quoted(*quotes: Quote) -> Case:
    """Return a case whose customer waited and was told these estimates."""
    account = Account(asked_at=SPAN.start, handoffs=1, quotes=quotes)
    return Case(
        conversation_id="c-1",
        channel_id="web",
        language="en",
        opened_at=SPAN.start,
        account=account,
    )


def test_estimates_are_held_against_how_it_went() -> None:
    """I9: shares are of waits that a person ended, and those who gave up are told beside them."""
    at = SPAN.start
    waits = [(30, "person"), (200, "person"), (500, "person"), (100, "customer_left"), (9, None)]
    quotes = [
        Quote(at, "north", 3, 60, 300, 2, at, None if end is None else at + seconds * 1000, end)
        for seconds, end in waits
    ]
    unknown = Quote(at, "south", 1, 0, 0, 1, at, at + 5_000, "person")
    found = told("wait-estimates", [quoted(*quotes), quoted(unknown)])
    north = found["pools"]["north"]
    assert (north["sooner"], north["within"], north["longer"]) == (1, 1, 1)
    assert (north["gave_up"], north["going_on"]) == (1, 1)
    assert (found["within_upper"]["count"], found["within_upper"]["of"]) == (2, 3)
    assert found["pools"]["south"]["without_a_time"] == 1
    assert north["rmse_seconds"] == round(((150**2 + 20**2 + 320**2) / 3) ** 0.5, 1)
    assert "67% of 3 waits ended within the upper time" in found["finding"]


def test_without_estimates_the_report_says_so() -> None:
    """A day on which nobody waited has no share, and no error."""
    found = told("wait-estimates", [])
    assert (found["within_upper"]["share"], found["rmse_seconds"]) == (None, None)
    assert "nobody waited" in found["finding"]


def test_chosen_times_are_told_with_what_came_of_them() -> None:
    """I9: whatever the end of a conversation left open was not wanted any more."""
    at = SPAN.start
    ends = ("came", "came", "missed", "changed", None)
    chosen = tuple(CallbackChosen(at, "phone", at, at + 9, end and at, end) for end in ends)
    found = told("callbacks", [case(account=Account(handoffs=1, callbacks=chosen))])
    assert (found["chosen"], found["came"], found["withdrawn"]) == (5, 2, 1)
    assert (found["kept"]["count"], found["kept"]["of"]) == (2, 3)
    assert list(found["ways"]) == ["phone"]
    assert "Somebody came in time for 2 (40%)" in found["finding"]
    plot = report_named("callbacks").show(found, EN).plot
    assert [sum(each.numbers) for each in plot.series] == [2, 1, 2, 0], "it shows four at most"
