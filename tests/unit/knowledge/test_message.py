"""Messages as people write them: what asks nothing is left out, and what asks stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from surgeline.knowledge.answering.index import Index
from surgeline.knowledge.text.message import Message, read_message
from surgeline.knowledge.text.reading import match_form

from benchmarks.answers.disturbances import disturbed
from tests.unit.knowledge.shop import jsonl, phrasings_of

AROUND = (
    "a greeting before",
    "a letter around it",
    "upper case",
    "emoji and a link",
    "quoted history below",
)
MISSPELT = ("two letters swapped", "a letter left out")
PHRASINGS = [(code, text) for code in ("en", "ko", "fr") for text in phrasings_of(code)]


ADDITIONS = (
    "order 4711|#4711|4711|A-1234|my order number is 4711.|Hi, order no. 4711, thanks",
    "here is my order number: 4711|please|thanks in advance|#4711 \U0001f64f https://shop.example/4711",
    "주문 4711|주문번호는 4711이에요|4711번이요|20251129-0001|부탁드려요|미리 감사합니다|제발요",
    "commande 4711|n° 4711|ma commande est la 4711|svp|s'il vous plaît|merci d'avance",
)
WISHES = (
    "please help me asap|order 4711 is broken|cancel 4711|4711?|return order 4711|please cancel",
    "anna@shop.example|#4711 anna@shop.example|I am waiting for order 4711|in 2024|112",
    "답변 부탁드려요|주문 4711 고장났어요|4711 취소|4711?|제발 취소해 주세요|상담원 부탁드려요",
    "주문번호 4711 환불",
    "la commande 4711 est cassée|annuler 4711|4711 ?|commande 4711 ?|svp aidez-moi",
)
"""Texts between bars, in three languages."""


def core(text: str) -> str:
    """Return the form of the part of a message that asks."""
    return match_form(read_message(text).core)


@pytest.mark.parametrize("disturbance", AROUND)
@given(phrasing=st.sampled_from(PHRASINGS), seed=st.integers(0, 1_000))
def test_only_the_question_is_left_of_a_message(
    disturbance: str, phrasing: tuple[str, str], seed: int
) -> None:
    """Greetings, letters, emoji, links and quoted history go, whatever phrasing they surround."""
    code, text = phrasing
    assert core(disturbed(disturbance, [text], code, seed)[0]) == core(text)


@given(phrasing=st.sampled_from(PHRASINGS), seed=st.integers(0, 1_000))
def test_an_order_number_changes_no_answer(
    index: Index, phrasing: tuple[str, str], seed: int
) -> None:
    """A phrasing with an order number after it is answered by its own article, or offered."""
    code, text = phrasing
    written = index.judge(text)
    asked = index.judge(disturbed("an order number after", [text], code, seed)[0])
    assert asked.ranking[0].article_id == written.ranking[0].article_id
    assert asked.kind != "abstain"


@pytest.mark.parametrize("disturbance", MISSPELT)
@given(phrasing=st.sampled_from(PHRASINGS), seed=st.integers(0, 1_000))
def test_a_misspelt_phrasing_is_never_answered_by_another_article(
    index: Index, disturbance: str, phrasing: tuple[str, str], seed: int
) -> None:
    """A wrong letter may cost an answer. It never brings another one."""
    code, text = phrasing
    article = index.judge(text).article_id
    assert index.judge(disturbed(disturbance, [text], code, seed)[0]).article_id in (article, None)


@pytest.mark.parametrize("code", ["en", "ko", "fr"])
@pytest.mark.parametrize("disturbance", [*AROUND, *MISSPELT, "an order number after"])
def test_most_disturbed_phrasings_are_still_answered(
    index: Index, code: str, disturbance: str
) -> None:
    """Of a small shop's phrasings, disturbed in any way, at least 85 of a hundred are answered."""
    texts = list(phrasings_of(code))
    asked = [index.judge(text).article_id for text in disturbed(disturbance, texts, code)]
    wanted = [index.judge(text).article_id for text in texts]
    assert sum(map(str.__eq__, map(str, asked), map(str, wanted))) >= 0.85 * len(texts)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Hi Laura, where is my refund?", "where is my refund?"),
        ("hi there where is my refund", "where is my refund"),
        ("Where is my refund?\n\nBest,\nTom Hill", "Where is my refund?"),
        ("Where is my refund? Thanks in advance!", "Where is my refund?"),
        ("where is my order 4711882", "where is my order"),
        ("Where is my parcel? Order number: 4711882", "Where is my parcel?"),
        ("Where is my parcel (order #12-4711)?", "Where is my parcel ?"),
        ("my order number is 4711882, where is it?", "where is it?"),
        ("où est mon colis ? Mon numéro de commande est le 4711882", "où est mon colis ?"),
        ("환불은 언제 되나요? 주문번호는 4711882입니다.", "환불은 언제 되나요?"),
        ("안녕하세요, 문의드립니다. 환불은 언제 되나요? 감사합니다", "환불은 언제 되나요?"),
        ("환불은 언제 되나요? (4711882번 주문)", "환불은 언제 되나요?"),
        ("4711882번 주문 어디 있어요?", "주문 어디 있어요?"),
        ("Où est mon colis ? svp", "Où est mon colis ?"),
        ("Where is my refund? please", "Where is my refund?"),
        ("환불은 언제 되나요? 부탁해요", "환불은 언제 되나요?"),
        ("WHERE IS MY REFUND", "where is my refund"),
        ("Where is it?\n-- \nTom Hill\nSales Manager", "Where is it?"),
        (
            "Where is it?\nThis e-mail and any attachments are confidential and intended for you.",
            "Where is it?",
        ),
        ("This is a long line that a mail program has wrapped at its\nend, is it?", None),
    ],
)
def test_what_asks_nothing_is_left_out(text: str, asked: str | None) -> None:
    """Names, sign-offs, numbers, signatures and disclaimers are no part of the question."""
    assert read_message(text).core == (asked or " ".join(text.split()))


@pytest.mark.parametrize(
    "text",
    [
        "hike boots",
        "high chairs",
        "Can I pay with 2 cards?",
        "do you deliver 500 km away",
        "is the 1999 model in stock",
        "thanks to you my parcel is lost, what now?",
        "I hope you can tell me how to return shoes",
        "I would be grateful if you could tell me how to pay",
        "best gift for a child?",
        "regards from whom can I send with a gift?",
        "hello",
        "merci beaucoup",
        "안녕하세요",
        "your price of 25000€ is too high",
        "The cheers glass is broken",
        "my name is wrong on the parcel",
    ],
)
def test_a_question_that_looks_like_a_courtesy_stays(text: str) -> None:
    """Nothing is cut from a text that only resembles a greeting, a number or a closing."""
    assert core(text) == match_form(text)


def test_a_number_that_the_knowledge_base_knows_is_no_order_number() -> None:
    """The number of a product stays, if a phrasing has it."""
    text = "do you sell the lamp 4711882"
    assert read_message(text, frozenset({"4711882"})).core == text


def test_the_sentences_of_a_message_are_told_apart() -> None:
    """Each sentence is kept, and it is known which of them ask."""
    message = read_message("I bought shoes. Can I return them? Do you ship abroad?")
    assert message.sentences == ("I bought shoes.", "Can I return them?", "Do you ship abroad?")
    assert message.questions == ("Can I return them?", "Do you ship abroad?")
    assert read_message("shoes. socks.").questions == ("shoes.", "socks.")


def test_a_message_that_is_read_already_is_judged_as_it_is(index: Index) -> None:
    """An index can be asked for a text word for word, so that reading can be compared."""
    text = "Hi! Where is my refund? Order number 4711882"
    assert index.judge(text).confidence > index.judge(Message.exactly(text)).confidence


def test_the_words_around_a_question_tell_its_language(index: Index) -> None:
    """A question too short to tell its language has that of a courtesy beside it."""
    assert index.judge("promo 부탁해요").language == "ko"
    assert index.judge("promo s'il vous plaît merci").language == "fr"


@given(st.text(max_size=400))
def test_any_text_can_be_read(text: str) -> None:
    """A message has at least one sentence, whatever it holds."""
    assert read_message(text).sentences


def test_the_shop_is_what_the_tests_think() -> None:
    """The small shop has phrasings in each language."""
    assert jsonl("en").count(b"\n") >= 3
    assert len(PHRASINGS) > 30


def test_an_addition_asks_nothing() -> None:
    """Only polite words and numbers of orders add; whatever else is written is a wish."""
    for lines, expected in ((ADDITIONS, True), (WISHES, False)):
        texts = [each for line in lines for each in line.split("|")]
        assert [each for each in texts if read_message(each).addition is not expected] == []
    assert not read_message("A-1234", frozenset({"a-1234"})).addition
