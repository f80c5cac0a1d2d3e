"""The controller's reasons are told in the language of whoever reads them."""

import pytest
from surgeline.adapters.system_texts import lead_words, surge_told
from surgeline.application.alerts.told_again import OF_SURGE
from surgeline.domain.texts import Words
from surgeline.knowledge.text.languages import LANGUAGES

WHOLE = {"count": 1234, "minutes": 30, "payable": 2, "more": 1500}
NAMES = {"pool": "north-1", "by": "Mina", "reason": "the sale began: all hands"}
PEOPLE = {"most": 1234.5, "waiting": 0.0, "number": 12.3}


def sentence(words: Words, key: str) -> str:
    """Return a sentence as the controller writes it."""
    people = {name: words.number(each, 1) for name, each in PEOPLE.items()}
    return words(key, **WHOLE, **NAMES, **people)


@pytest.mark.parametrize("to", LANGUAGES)
@pytest.mark.parametrize("by", LANGUAGES)
def test_every_reason_of_the_controller_is_told_in_every_language(by: str, to: str) -> None:
    """Names, a lead's own words and numbers stay, and numbers are written as the language does."""
    keys = [each for each in lead_words(by).texts if each.startswith(OF_SURGE)]
    assert len(keys) > 15
    for key in keys:
        told = surge_told(to)(sentence(lead_words(by), key))
        assert told == sentence(lead_words(to), key), key


def test_what_a_lead_approved_is_told_too() -> None:
    """The reason of the proposal stands inside the sentence; other sentences stay as they are."""
    asked, told = lead_words("ko"), lead_words("fr")
    missing = asked("surge_missing", number=asked.number(2.5, 1))
    approved = asked("surge_approved", by="Mina", reason=missing)
    assert surge_told("fr")(approved) == told(
        "surge_approved", by="Mina", reason=told("surge_missing", number="2,5")
    )
    assert surge_told("fr")("We look at the sky.") == "We look at the sky."
