"""Alerts are told in the language of whoever reads them."""

import pytest
from surgeline.adapters.system_texts import alerts_told, lead_words
from surgeline.application.alerts.told_again import OF_ALERTS
from surgeline.domain.texts import Words, fill
from surgeline.knowledge.text.languages import LANGUAGES

VALUES = {"count": 1234, "held": 2, "seconds": 1500, "minutes": 25, "percent": 95}
NAMES = {"about": "north-1", "named": "fees, returns, …"}


def sentence(words: Words, key: str) -> str:
    """Return the sentence that stands under exactly that key."""
    numbers = {name: words.number(each) for name, each in VALUES.items()}
    return fill(words.texts[key], numbers | NAMES)


@pytest.mark.parametrize("to", LANGUAGES)
@pytest.mark.parametrize("by", LANGUAGES)
def test_every_alert_is_told_in_every_language(by: str, to: str) -> None:
    """The names and numbers of a sentence stay, and numbers are written as the language does it."""
    keys = [each for each in lead_words(by).texts if each.startswith(OF_ALERTS)]
    assert len(keys) > 25
    for key in keys:
        plural = key.removesuffix("_one")
        told = alerts_told(to)(sentence(lead_words(by), key))
        assert told == sentence(lead_words(to), plural), key


def test_a_sentence_that_no_text_made_stays() -> None:
    """What an earlier release or an operator wrote is told as it is; one customer is one."""
    assert alerts_told("fr")("Many ask about delivery.") == "Many ask about delivery."
    one = lead_words("ko")("alert_budget_spent", count=1)
    assert alerts_told("en")(one) == lead_words("en").texts["alert_budget_spent_one"].replace(
        "{count}", "1"
    )
