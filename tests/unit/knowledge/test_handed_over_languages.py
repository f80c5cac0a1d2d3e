"""Languages in which nothing is answered are recognised, and have the texts of a handoff."""

import pytest
from surgeline.adapters.system_texts import handed_over_texts, system_texts
from surgeline.knowledge.text.detection import DETECTED
from surgeline.knowledge.text.reading import detect_language

MESSAGES = {
    "de": (
        "Wo ist mein Paket?",
        "Guten Tag, mein Konto ist gesperrt",
        "Ich möchte mit einem Mitarbeiter sprechen",
        "Rechnung fehlt",
        "Die Farbe gefällt mir nicht, kann ich tauschen?",
        "Wann haben Sie geöffnet?",
        "Welche Größe soll ich nehmen?",
        "Ich warte seit drei Wochen",
    ),
    "es": (
        "¿Dónde está mi pedido?",
        "quiero hablar con una persona",
        "me han cobrado dos veces",
        "Buenos días, no recibí mi compra",
        "¿Abren los domingos?",
        "la talla no es la mía, quiero cambiarla",
        "me pueden ayudar por favor",
        "con quién hablo",
        "llegó tarde",
    ),
    "pt": (
        "Onde está a minha encomenda?",
        "quero falar com uma pessoa",
        "Qual é o prazo de devolução?",
        "fui cobrado duas vezes",
        "Abrem aos domingos de manhã?",
        "o tamanho não serve, quero trocar",
        "podem me ajudar por favor",
        "quando recebo o reembolso",
        "Este artigo está disponível?",
    ),
    "ja": (
        "注文はどこですか?",
        "担当者と話したいです",
        "サイズが合いません",
        "order 1234 はいつ届きますか",
        "こんにちは",
        "返品の送料はいくら？",
    ),
    "th": (
        "พัสดุของฉันอยู่ที่ไหน",
        "ขอคุยกับเจ้าหน้าที่",
        "order 1234 อยู่ไหน",
        "สวัสดีค่ะ",
        "เปิดกี่โมง",
        "สินค้าเสียหายค่ะ",
    ),
}
OTHERS = {
    "en": (
        "Where is my school tag, please?",
        "the persona on my account is wrong",
        "What time do you open on Sunday?",
        "gentle wash, or not at all?",
    ),
    "fr": (
        "Où est ma commande ?",
        "la personne n'a pas reçu le colis",
        "Quand ouvrez-vous demain ?",
        "je voudrais payer par carte",
    ),
    "ko": ("주문한 물건은 어디예요?", "상담원 연결해 주세요"),
}


@pytest.mark.parametrize("code", MESSAGES)
def test_customers_of_each_language_are_recognised(code: str) -> None:
    """Questions and wishes of a shop's customers show their language."""
    assert [detect_language(each) for each in MESSAGES[code]] == [code] * len(MESSAGES[code])


@pytest.mark.parametrize("code", OTHERS)
def test_spoken_languages_are_not_taken_for_others(code: str) -> None:
    """Words that several languages have don't take a customer out of an answered language."""
    assert {detect_language(each) for each in OTHERS[code]} == {code}


def test_a_language_is_one_file() -> None:
    """Each file in `texts/handed_over/` is a recognised language, and lacks are English."""
    assert set(handed_over_texts()) == set(MESSAGES)
    assert set(handed_over_texts()) <= DETECTED
    for code, texts in handed_over_texts().items():
        whole = system_texts()[code]
        assert set(whole) == set(system_texts()["en"])
        assert {key: whole[key] for key in texts} == texts


def test_all_that_a_handoff_says_is_there() -> None:
    """Each language has every text that a customer who is handed over may read."""
    needed = {
        "attachment",
        "handing_over",
        "handing_over_no_answer",
        "clock",
        "clock_whole",
        "date_at",
        "kept",
        "kept_expired",
        "kept_while_closed",
        "left",
        "months",
        "nobody_free",
        "person_joined",
        "promise_broken",
        "promised",
        "reopened",
        "resolved",
        "returned",
        "still_waiting",
        "request_withdrawn",
        "taken_back",
        "today_at",
        "too_fast",
        "transferred",
        "unreadable",
        "unsupported_language",
        "weekday_at",
        "weekdays",
    }
    for texts in handed_over_texts().values():
        assert set(texts) >= needed
        assert texts["person_joined"].startswith("{name|")
