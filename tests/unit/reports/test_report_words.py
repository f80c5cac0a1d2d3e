"""Every report is told and shown in every language of leads, from the texts alone."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from surgeline.adapters.system_texts import lead_words
from surgeline.domain.account import Account, Asked, Quote, Stay
from surgeline.domain.outcome import PoolReport, Surveyed
from surgeline.domain.spikes.detect import Spike
from surgeline.domain.texts import Words
from surgeline.knowledge.articles.states import STATES
from surgeline.knowledge.text.languages import LANGUAGES
from surgeline.reports.case import Case
from surgeline.reports.days import span_of
from surgeline.reports.page.page import page
from surgeline.reports.registry import REPORTS, report_named
from surgeline.reports.report import AwsPrice, Ground, PoolTerms

SPAN = span_of(date(2026, 3, 1), date(2026, 3, 14), ZoneInfo("Asia/Seoul"))
HOUR = 3_600_000
ALIKE = {
    "col_article", "col_budget", "col_conversations", "col_page", "report_articles",
    "report_satisfaction", "unit_minutes",
}  # fmt: skip
"""Texts of two languages that are the same by chance."""


class Complete(dict[str, str]):
    """Texts that refuse a key which they do not have, where no other word stands in for it."""

    def get(self, key: str, default: Any = None) -> Any:
        if key not in self and default == key:
            raise KeyError(key)
        return super().get(key, default)


def cases() -> Iterator[Case]:
    """Yield conversations that fill every table and every sentence."""
    for number in range(40):
        at = SPAN.start + number * 8 * HOUR
        stays = (
            Stay("north", at + 1000, "Kim", at + 900_000, "transferred", "west", "escalation"),
            Stay("west", at + 1000, None, at + 9_000_000, "pool"),
        )
        handed = number % 2 == 0
        account = Account(
            first_reply_at=at + 11_000,
            asked_at=at if handed else None,
            joined_at=at + 400_000 if handed else None,
            answered=("hours",) if number % 3 else (),
            rejections=number % 4,
            handoffs=int(handed),
            transfers=int(handed),
            reopened=number % 5 == 0,
            stays=stays if handed else (),
            asked=(Asked("north", 1, 1, 1),) if handed else (),
            page="https://shop.example/pay",
            quotes=(Quote(at, "north", 3, 60, 300, 2, at, at + 100_000, "person"),) * 2,
        )
        name = f"t{number % 30:026d}-1"
        about: dict[str, Any] = {"conversation_id": name, "channel_id": "shop", "language": "ko"}
        asked = Surveyed(
            **about, opened_at=at, at=at, type="survey_answered", helped=number % 3 > 0,
            pool_id="north" if handed else None, article_id="hours",
            agent="Kim" if handed else None,
        )  # fmt: skip
        yield Case(
            **about,
            opened_at=at,
            closed_at=at + 9_000_000,
            ended_by="pool" if handed else "superseded",
            reason="no_answer" if handed else None,
            rejected=("hours",) if number % 7 == 0 else (),
            told=PoolReport(value=1234.5, value_kind="saved") if handed else None,
            account=account,
            surveyed=(asked,),
        )


def told(name: str, words: Words, found: list[Case], **more: Any) -> dict[str, Any]:
    """Return a report of these cases."""
    ground = Ground(
        at=SPAN.end + 30 * 24 * HOUR,
        quiet=24 * HOUR,
        pools={"north": PoolTerms(2.5, 10.0)},
        reviewed={"shop": (9, 10)},
        words=words,
        **more,
    )
    report = report_named(name)
    head = {
        "report": name, "from": "2026-03-01", "to": "2026-03-14", "zone": "Asia/Seoul",
        "as_of": SPAN.local_time(SPAN.end), "language": words.language,
    }  # fmt: skip
    counted = head | report.count(SPAN, found, ground)
    return counted | {"finding": report.finding(counted, words)}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", REPORTS)
def test_a_report_is_whole_in_every_language(name: str, language: str) -> None:
    """Full days and empty ones have all their texts, and no place is left open."""
    words = Words(language, Complete(lead_words(language).texts))
    spike = Spike(
        topic="hours", began_at=SPAN.start, last_at=SPAN.start, customers=40, expected=3.5, peak=20,
        share=0.4,
    )  # fmt: skip
    more = {"spikes": (spike,), "daily_budget": 1.0, "aws": AwsPrice(0.01, 0.1)}
    for found in (told(name, words, list(cases()), **more), told(name, words, [])):
        text = page(found, words)
        assert f'<html lang="{language}">' in text
        assert "{" not in re.sub(r"(?s)<style>.*</style>", "", text)
        assert "None" not in text


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
def test_texts_have_the_same_places_in_every_language(language: str) -> None:
    """A translation fills what the English text fills, and nothing is left in English."""
    english, spoken = lead_words("en").texts, lead_words(language).texts
    assert set(spoken) == set(english)
    for key, text in english.items():
        assert set(re.findall(r"{(\w+)}", spoken[key])) == set(re.findall(r"{(\w+)}", text)), key
        has_words = re.search(r"[a-z]{3}", re.sub(r"{\w+}|`.*?`", "", text))
        assert not has_words or spoken[key] != text or key in ALIKE, key


def test_every_state_of_an_article_has_words() -> None:
    """The report on articles names the states as the lead's page does."""
    assert {f"state_{each}" for each in STATES} <= set(lead_words("en").texts)


def test_times_are_told_in_the_unit_that_people_use() -> None:
    """Seconds up to two minutes, minutes up to two hours, and hours beyond."""
    found = told("pools", lead_words("en"), list(cases()))
    [_, speed] = report_named("pools").show(found, lead_words("en")).tables
    assert speed.rows[0][3:5] == ("6.7 min", "15.0 min")
    assert speed.rows[1][4] == "2.5 h"
