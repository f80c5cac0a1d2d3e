"""The system's texts promise nothing that nothing keeps, and are the same in every language."""

import re

import pytest
from surgeline.adapters.system_texts import system_texts

from tests.unit.domain.story import TEXTS

PROMISES = re.compile(
    r"\b(kept|keep your message|get back to you|contact you|call you|e-?mail you|reply later|"
    r"answer (you )?(later|soon)|within \d+|"
    r"conservé|recontact|rappel|reviendrons vers|répondrons (plus tard|bientôt)|"
    r"vous (écrirons|appellerons)|sous \d+)",
    re.IGNORECASE,
)
PROMISES_KO = re.compile(r"보관|연락\s?드리|연락드릴|전화\s?드리|메일\s?드리|나중에 답|곧 답")
"""Words of a follow-up: no message, call or mail follows by itself once a handoff has failed."""
KEPT = {"kept", "kept_while_closed", "promised", "callback_set", "callback_set_reach"}
"""The texts of a kept request and of a promised time, which the rules of waiting keep."""

LANGUAGES = tuple(system_texts())


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_promises_a_follow_up_that_nothing_keeps(language: str) -> None:
    """No text promises a follow-up but those that the rules of waiting keep."""
    said = {
        key: text
        for key, text in system_texts()[language].items()
        if key not in KEPT and (PROMISES.search(text) or PROMISES_KO.search(text))
    }
    assert said == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_that_the_rules_say_is_there(language: str) -> None:
    """A key without a text would be shown to customers as it is."""
    assert set(TEXTS) <= set(system_texts()[language]) == set(system_texts()["en"])


def test_nobody_is_left_waiting_for_an_answer_that_does_not_come() -> None:
    """Where nobody is free the customer hears that they have to write again."""
    told = {language: texts["nobody_free"] for language, texts in system_texts().items()}
    assert "nobody will write back" in told["en"]
    assert "sans nouveau message de votre part" in told["fr"]
    assert "먼저 답을 드리지는 않아요" in told["ko"]
