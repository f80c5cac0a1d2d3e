"""A message whose telling words no article has is offered a choice at most."""

import pytest
from surgeline.knowledge.answering.index import Index, build
from surgeline.knowledge.articles.article import Article
from surgeline.knowledge.matching.guards import asks_elsewhere, sense_of, stems_of


def article(name: str, language: str, *questions: str) -> Article:
    """Return an article whose title is its first question."""
    return Article(name, questions[0], language, questions, f"Answer of {name}.")


ARTICLES = (
    article(
        "en-delivery",
        "en",
        "how long does delivery take",
        "when does the delivery start",
        "how many days for delivery",
        "delivery time",
        "when is it delivered",
    ),
    article(
        "en-parcel",
        "en",
        "where is my parcel",
        "where is my order",
        "track my parcel",
        "parcel not here",
        "where is it now",
    ),
    article(
        "fr-colis",
        "fr",
        "où est mon colis",
        "où est ma commande",
        "suivre mon colis",
        "mon colis n'est pas là",
        "colis en retard",
    ),
    article(
        "fr-livraison",
        "fr",
        "combien de temps dure la livraison",
        "quand est la livraison",
        "délai de livraison",
        "livraison rapide",
        "jours de livraison",
    ),
    article(
        "ko-parcel",
        "ko",
        "제 택배 어디 있어요",
        "택배 언제 와요",
        "택배 조회",
        "주문한 물건 어디 있어요",
        "택배가 안 와요",
    ),
    article(
        "ko-hours",
        "ko",
        "매장 몇 시에 열어요",
        "매장 언제 닫아요",
        "매장 영업시간",
        "매장 오늘 해요",
        "일요일에 매장 여나요",
    ),
)


@pytest.fixture(scope="module")
def small() -> Index:
    """Return an index with two articles a language."""
    return build(ARTICLES)


@pytest.mark.parametrize(
    "text",
    [
        "when does the bus start",
        "how long does the flight take",
        "where is my cat",
        "où est mon chat",
        "combien de temps dure le vol",
        "제 고양이 어디 있어요",
        "비행기 언제 와요",
    ],
)
def test_weak_words_alone_answer_nothing(small: Index, text: str) -> None:
    """The words around the subject match a phrasing, and the subject is another."""
    verdict = small.judge(text)
    assert verdict.kind != "answer", verdict.reason


@pytest.mark.parametrize(
    ("text", "article_id"),
    [
        ("where is the parcel", "en-parcel"),
        ("how long does the delivery take please", "en-delivery"),
        ("où est donc mon colis", "fr-colis"),
        ("택배 지금 어디 있어요", "ko-parcel"),
    ],
)
def test_its_own_subject_is_answered_as_before(small: Index, text: str, article_id: str) -> None:
    """A question with the subject of a phrasing is no stranger."""
    assert small.judge(text).article_id == article_id


def test_the_reason_names_the_telling_words(small: Index) -> None:
    """A lead reads why the bot only offered a choice."""
    assert "the words that tell its subject" in small.judge("where is my cat").reason


def test_encoders_may_know_a_word_that_no_phrasing_has() -> None:
    """Compared by words alone, most telling words must be known; with encoders one is enough."""
    known = stems_of("en", ["open", "store"])
    asked = sense_of("en", "how can I open a bank account")
    assert asks_elsewhere(asked, "en", known, by_words=True)
    assert not asks_elsewhere(asked, "en", known, by_words=False)
    assert asks_elsewhere(sense_of("en", "a bank account"), "en", known, by_words=False)


@pytest.mark.parametrize(
    ("asked", "written"), [("hour", "hours"), ("hours", "hour"), ("return", "returns")]
)
def test_another_form_of_a_word_is_known(asked: str, written: str) -> None:
    """One ending more or less makes no other subject."""
    known = stems_of("en", [written])
    assert not asks_elsewhere(sense_of("en", f"what {asked}"), "en", known, by_words=True)


def test_a_language_without_a_list_is_not_guarded() -> None:
    """Nobody can say which words are weak in a language that has no list of them."""
    assert not asks_elsewhere(sense_of("xx", "foo bar"), "xx", frozenset(), by_words=True)
