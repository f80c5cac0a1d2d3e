"""The stages of waiting are checked when a configuration is published; each problem has a place."""

from typing import Any

import pytest
from surgeline.adapters.configuration.format import ConfigurationFormat
from surgeline.domain.company.stages import SHIPPED, Stage
from surgeline.errors import Unprocessable

CHANNELS = [{"id": "web", "kind": "web"}]


def published(**waiting: Any) -> Any:
    """Return the settings of a document that a person wrote."""
    document = {"channels": CHANNELS, "waiting": waiting}
    return ConfigurationFormat().parse(document, allow_loopback=False).waiting


def problems(**waiting: Any) -> list[str]:
    """Return the problems of a document that a person wrote."""
    with pytest.raises(Unprocessable) as refused:
        published(**waiting)
    return list(refused.value.problems)


def told(text: str, when: str = "after", minutes: int = 5) -> list[str]:
    """Return the problems of one text of a stage."""
    stage = {"when": when, "texts": {"en": text}} | ({"minutes": minutes} if minutes else {})
    return problems(stages=[stage])


def test_without_a_word_the_shipped_stages_hold() -> None:
    """And they are shown with the document, so that a lead can begin with them."""
    assert published().stages == SHIPPED
    shown = ConfigurationFormat().shown(ConfigurationFormat().decode(b"{}"))
    assert [each["when"] for each in shown["waiting"]["stages"]][:2] == ["at_once", "after"]


def test_a_company_gives_its_own_stages() -> None:
    """They take the place of the shipped ones, and survive being stored."""
    stages = [{"when": "after", "minutes": 3, "channels": ["web"], "texts": {"en": "{line} Soon."}}]
    found = published(stages=stages, same_again_minutes=30)
    assert found.stages == (Stage("after", 3, ("web",), {"en": "{line} Soon."}),)
    assert found.same_again_minutes == 30


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("We answer within 24 hours.", "it promises 'answer within 24 hours'"),
        ("Someone comes within 2 days.", "it promises 'within 2 days'"),
        ("Nous répondrons sous 48 heures.", "it promises"),
        ("24시간 이내에 답변 드려요.", "it promises"),
        ("24시간 내에 답변 드려요.", "it promises '24시간 내에 답변'"),
        ("Somebody comes within an hour.", "it promises 'within an hour'"),
        ("Votre dossier n° 4711 est ouvert.", "it shows 'dossier n° 4711'"),
        ("문의번호 4711이에요.", "it shows '문의번호 4711이에요'"),
        ("Your ticket number 4711 is open.", "it shows 'ticket number 4711'"),
        ("See tquzdy3hgg36gmffp5zzg6o43gz-1.", "it shows 'tquzdy3hgg36gmffp5zzg6o43gz-1'"),
        ("Hello {first_name}!", "give {first_name} words for when there is none"),
        ("You are {place}.", "give {place} words for when there is none"),
        ("{until}", "there is no {until} here; use {first_name}, {line}, {place}, {time}"),
        (" ", "give a text, or leave the language out"),
        ("x" * 501, "501 characters; at most 500"),
    ],
)
def test_a_text_that_nobody_should_read_is_refused(text: str, problem: str) -> None:
    """F17: promises of a time, internal numbers, names without a fallback, and unknown values."""
    [found] = told(text)
    assert found.startswith("waiting.stages[0].texts.en: ")
    assert problem in found


def test_the_places_of_other_problems_are_named() -> None:
    """Each wrong field is named with what is accepted."""
    stages = [
        {"when": "after"},
        {"when": "estimate", "minutes": 5},
        {"when": "kept", "channels": ["mail"], "texts": {"xx": "Hello"}},
    ]
    assert problems(stages=stages, same_again_minutes=0) == [
        "waiting.same_again_minutes: 0; use 1 to 10080",
        "waiting.stages[0].minutes: 0; use 1 to 10080",
        "waiting.stages[1].minutes: only a stage `after` has minutes; leave it out",
        "waiting.stages[2].channels: there is no channel 'mail'",
        "waiting.stages[2].texts.xx: use en, ko, fr, de, es, ja, pt, th",
    ]
