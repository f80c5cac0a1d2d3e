"""Rejecting an answer in three languages, and picking among choices."""

import json
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from surgeline.knowledge.text.choices import picked
from surgeline.knowledge.text.rejections import Rejection, rejection_in

PAGE = Path(__file__).parents[3] / "web" / "chat"
REJECTS = (
    "No, that's not what I asked",
    "that is not what I asked",
    "That's not it",
    "thats not what i meant",
    "this is not what I was looking for",
    "it didn't help",
    "didn't help",
    "Did not help me at all",
    "not helpful",
    "that doesn't answer my question",
    "you didn't answer my question",
    "you don't understand",
    "you misunderstood me",
    "wrong answer",
    "wrong.",
    "useless!",
    "I didn't ask that",
    "i already know that",
    "none of these",
    "neither",
    "something else",
    "sorry but that's not right",
    "no that's not it",
    "nope thats not what i meant",
    "no it isnt",
    "none",
    "not really",
    "that is wrong",
    "doesnt answer my question",
    "아니 그게 아니라",
    "도움 안됨",
    "non ce n'est pas ça",
    "non c pas ca",
    "pas la bonne réponse",
    "아니요, 그게 아니라",
    "아니요 그게 아니에요",
    "그게 아니라요",
    "그거 아닌데요",
    "제가 물어본 건 그게 아니에요",
    "원하는 답이 아니에요",
    "물어본 게 아닌데요",
    "도움이 안 돼요",
    "도움이 안 됐어요",
    "전혀 도움이 되지 않아요",
    "엉뚱한 대답이네요",
    "제 질문과 다른 답이에요",
    "동문서답하네",
    "여기 해당 없음",
    "틀렸어요",
    "이게 아닌데",
    "ce n'est pas ça",
    "Ce n'est pas ce que je demandais",
    "c'est pas ça",
    "c'est pas ce que j'ai demandé",
    "non, ce n'est pas ça",
    "ça ne m'aide pas",
    "ca ne répond pas à ma question",
    "vous n'avez pas compris",
    "vous ne répondez pas à ma question",
    "mauvaise réponse",
    "ce n'est pas la bonne réponse",
    "rien à voir",
    "aucune de ces réponses",
    "aucun",
    "hors sujet",
    "pas utile",
)
BARE = ("no", "No.", "nope", "아니요", "아니오", "아뇨", "non", "Non !", "👎", "👎🏽", "아니")
SAMPLES = Path(__file__).parents[3] / "samples"
GOES_ON = (
    ("No, I asked about exchanges in store", "exchanges in store"),
    ("that's not what I asked, can I pay by cheque?", "can i pay by cheque"),
    ("아니요, 매장에서 교환되는지 물어봤어요", "매장에서 교환"),
    ("그게 아니라 해외 배송 되나요?", "해외 배송 되나요"),
    ("non, je parle de la livraison en Belgique", "livraison en belgique"),
    ("ce n'est pas ça : puis-je payer en deux fois ?", "puis-je payer en deux fois"),
)
ASKS = (
    "this is not what I ordered",
    "it isn't the one I chose",
    "That's not the thing that we've bought",
    "not the one I ordered",
    "ce n'est pas celui que j'ai choisi",
    "이거 제가 고른 게 아니에요",
    "Ce n'est pas ce que j'ai commandé",
    "제가 주문한 게 아니에요",
    "No parcel arrived",
    "no one was home when the driver came",
    "nobody answers the phone",
    "wrong item arrived",
    "I got the wrong size",
    "my code is not working at checkout",
    "is it not possible to return it",
    "not received my refund",
    "노트북 가방 있나요",
    "아니 배송이 왜 이렇게 늦어요",
    "잘못 배송됐어요",
    "다른 거 주문하고 싶어요",
    "다른 사이즈로 교환해 주세요",
    "아이 옷 사이즈가 궁금해요",
    "toujours pas reçu mon colis",
    "aucune nouvelle de ma commande",
    "non livré",
    "nonante euros de trop",
    "pas de taille M ?",
    "autre chose à renvoyer avec le colis",
    "where is my order",
    "2",
    "",
    "thanks",
)
TITLES = ("Return window", "Return costs", "Opening hours")
TITRES = ("Suivre ma commande", "Retourner un article", "Moyens de paiement")
KOREAN_TITLES = ("주문 조회", "반품 방법", "결제 수단")


@pytest.mark.parametrize("text", REJECTS)
def test_a_rejection_is_understood_in_words(text: str) -> None:
    """A rejection of the answer is understood, however it is worded."""
    found = rejection_in(text)
    assert found is not None
    assert (found.rest, found.bare) == ("", False)
    assert rejection_in(unicodedata.normalize("NFD", text).upper()) == found


@pytest.mark.parametrize("language", ["en", "ko", "fr"])
def test_the_chat_pages_button_rejects_in_its_own_words(language: str) -> None:
    """The words of the page's "that is not it" button are understood like typed words."""
    strings = json.loads((PAGE / f"strings.{language}.json").read_text("utf-8"))
    assert rejection_in(strings["reject"]) == Rejection("", bare=False)


@pytest.mark.parametrize("text", BARE)
def test_a_mere_no_is_told_from_a_reproach(text: str) -> None:
    """A lone "no" rejects only where there is something to reject."""
    assert rejection_in(text) == Rejection("", bare=True)


@pytest.mark.parametrize(("text", "rest"), GOES_ON)
def test_what_follows_a_rejection_is_the_next_question(text: str, rest: str) -> None:
    """A text after a rejection is taken as the next question."""
    found = rejection_in(text)
    assert found is not None
    assert rest in found.rest


@pytest.mark.parametrize("text", ASKS)
def test_a_question_that_begins_like_one_is_no_rejection(text: str) -> None:
    """A question that begins with a negation is no rejection."""
    assert rejection_in(text) is None


def test_no_question_of_the_sample_shop_is_a_rejection() -> None:
    """A customer who asks a question of the sample shop after an answer rejects nothing."""
    lines = (SAMPLES / "shop.jsonl").read_text("utf-8").splitlines()
    questions = [each for line in lines for each in json.loads(line)["questions"]]
    assert [each for each in questions if rejection_in(each)] == []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("1", 0),
        ("2.", 1),
        (" 3) ", 2),
        ("#2", 1),
        ("number 2", 1),
        ("option 3 please", 2),
        ("the first one", 0),
        ("second", 1),
        ("2nd", 1),
        ("I'd like the third one", 2),
        ("one", 0),
        ("2️⃣", 1),
        ("③", 2),
        ("Return costs", 1),
        ("return cost", 1),
        ("retrun costs", 1),
        ("opening hours please", 2),
        ("the opening one", 2),
        ("hours", 2),
        ("costs", 1),
        ("4", "person"),
        ("the fourth", "person"),
        ("yes", "again"),
        ("5", None),
        ("0", None),
        ("14", None),
        ("1 or 2?", None),
        ("return", None),
        ("can I pay by card", None),
        ("where is my order", None),
        ("", None),
    ],
)
def test_a_choice_is_picked_by_number_or_words(text: str, place: object) -> None:
    """A number, an ordinal, the title or the word that only it has, typing errors and all."""
    assert picked(text, TITLES) == place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("1번", 0),
        ("2번이요", 1),
        ("3번으로 할게요", 2),
        ("첫 번째", 0),
        ("두번째요", 1),
        ("세 번째 거요", 2),
        ("셋째", 2),
        ("이번", 1),
        ("네번째", "person"),
        ("4번", "person"),
        ("반품 방법", 1),
        ("반품방법", 1),
        ("반품이요", 1),
        ("결제수단 알려주세요", 2),
        ("주문 조회요", 0),
        ("네", "again"),
        ("5번", None),
        ("배송비 얼마예요", None),
    ],
)
def test_a_choice_is_picked_in_korean(text: str, place: object) -> None:
    """Counters, ordinals, spacing and particles do not matter."""
    assert picked(text, KOREAN_TITLES) == place
    assert picked(unicodedata.normalize("NFD", text), KOREAN_TITLES) == place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("1", 0),
        ("le 2", 1),
        ("numéro 3 svp", 2),
        ("le premier", 0),
        ("la deuxième", 1),
        ("la troisième s'il vous plaît", 2),
        ("le quatrième", "person"),
        ("suivre ma comande", 0),
        ("retourner", 1),
        ("le paiement", 2),
        ("oui", "again"),
        ("quels sont vos horaires", None),
    ],
)
def test_a_choice_is_picked_in_french(text: str, place: object) -> None:
    """Articles, politeness and missing accents do not matter."""
    assert picked(text, TITRES) == place


def test_yes_to_the_only_choice_picks_it() -> None:
    """A yes to the only choice picks it, because there is nothing to ask again."""
    for yes in ("yes", "oui", "네"):
        assert picked(yes, TITLES[:1]) == 0


@given(st.text(max_size=300), st.lists(st.text(max_size=40), max_size=3))
def test_no_text_breaks_picking_or_rejecting(text: str, titles: list[str]) -> None:
    """B35-B38: any text names one of the choices, a person, or nothing."""
    pick = picked(text, titles)
    assert pick in (None, "person", "again") or 0 <= int(str(pick)) < len(titles)
    rejection_in(text)


@pytest.mark.parametrize(
    "evil",
    [
        "no " * 10**5,
        "that's not what i " * 10**5,
        "아니요 " * 10**5,
        "ce n'est pas " * 10**5,
        "vous n'avez " * 10**5,
        "a" * 10**6,
        "👎" * 10**5,
        "ok, " * 10**5,
    ],
)
def test_b45_pattern_bait_takes_no_time(evil: str) -> None:
    """B45: a text that repeats a pattern's beginning a hundred thousand times is read at once."""
    started = time.perf_counter()
    rejection_in(evil)
    picked(evil, TITLES)
    assert time.perf_counter() - started < 1.0
