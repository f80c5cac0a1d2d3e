"""Spelling and spaces are corrected towards the knowledge base's own words, and no others."""

import pytest
from surgeline.knowledge.matching.wording import Wording
from surgeline.knowledge.text.languages import LANGUAGES

ENGLISH = Wording(
    "en", ("How do I cancel my subscription?", "The charge on my card", "Where is my refund?")
)
FRENCH = Wording("fr", ("Où est mon remboursement ?", "Comment résilier mon abonnement ?"))
KOREAN = Wording(
    "ko", ("주문을 취소하고 싶어요", "환불은 언제 되나요?", "배송 조회는 어떻게 하나요?")
)


def nobody(_word: str) -> bool:
    """Know no word."""
    return False


@pytest.mark.parametrize(
    ("wording", "typed", "meant"),
    [
        (ENGLISH, "how do i cancle my subscription", "how do i cancel my subscription"),
        (ENGLISH, "cancel my subscripion", "cancel my subscription"),
        (ENGLISH, "cancel my subscriptioon", "cancel my subscription"),
        (ENGLISH, "cancel my subscruption!", "cancel my subscription!"),
        (ENGLISH, "wheer is my refund", "where is my refund"),
        (ENGLISH, "howdoicancelmysubscription", "how do i cancel my subscription"),
        (FRENCH, "où est mon remborusement", "où est mon remboursement"),
        (FRENCH, "resillier mon abonnement", "résilier mon abonnement"),
        (KOREAN, "주문을취소하고싶어요", "주문을 취소하고 싶어요"),
        (KOREAN, "환 불 은 언 제 되 나 요", "환불은 언제 되나요"),
        (KOREAN, "주문을 취소고하 싶어요", "주문을 취소고하 싶어요"),
        (KOREAN, "배송 조회는 어떻게하나요", "배송 조회는 어떻게하나요"),
    ],
)
def test_a_misspelt_word_becomes_the_word_of_the_phrasings(
    wording: Wording, typed: str, meant: str
) -> None:
    """One wrong letter, two swapped ones, and missing or extra spaces are mended."""
    assert wording.corrected(typed, nobody) == meant


@pytest.mark.parametrize(
    "text",
    [
        "how do I change my card",
        "who changed my card",
        "I want to charge it",
        "is it incomplete",
        "prepayment of a subscription",
        "late",
        "XK-47 refunb12",
    ],
)
def test_a_word_of_the_language_is_not_corrected(text: str) -> None:
    """An ordinary word stays, however near it is to another ("change" and "charge")."""
    assert ENGLISH.corrected(text, nobody) == text


def test_a_word_that_an_encoder_knows_is_not_corrected() -> None:
    """The vocabulary of the encoders at hand guards further words."""
    assert ENGLISH.corrected("my refind", nobody) == "my refund"
    assert ENGLISH.corrected("my refind", {"refind"}.__contains__) == "my refind"


def test_a_language_without_a_file_is_corrected_by_its_phrasings_alone() -> None:
    """A language that is not spoken here has no list of ordinary words."""
    assert "da" not in LANGUAGES
    danish = Wording("da", ("Hvor er min pakke",))
    assert danish.corrected("hvor er min pakek", nobody) == "hvor er min pakke"
