"""An article never answers a question that denies it, or that names another number."""

import pytest
from surgeline.knowledge.answering.index import Index, build
from surgeline.knowledge.articles.article import Article
from surgeline.knowledge.matching.guards import ArticleSense, sense_of


def article(name: str, language: str, *questions: str) -> Article:
    """Return an article whose title is its first question."""
    return Article(name, questions[0], language, questions, f"Answer of {name}.")


ARTICLES = (
    article(
        "declined",
        "en",
        "my card was declined",
        "why was my card declined",
        "the shop declined my card",
        "card payment declined",
    ),
    article(
        "broken",
        "en",
        "the lamp does not work",
        "my lamp doesn't work",
        "the lamp is not working at all",
        "lamp does not switch on",
    ),
    article(
        "report",
        "en",
        "where is the annual report 2000",
        "annual report 2000 download",
        "send me the annual report 2000",
        "report 2000",
    ),
    article(
        "refusee",
        "fr",
        "ma carte a été refusée",
        "pourquoi ma carte est refusée",
        "carte refusée au magasin",
        "ma carte bancaire a été refusée",
    ),
    article(
        "cancel",
        "ko",
        "주문을 취소했어요",
        "주문 취소가 됐어요",
        "제 주문이 취소되었나요",
        "주문 취소하고 싶어요",
    ),
    article(
        "arrived",
        "en",
        "my parcel arrived damaged",
        "the parcel was damaged",
        "the box arrived damaged and open",
        "parcel damaged in the post",
    ),
    article(
        "cable",
        "en",
        "which cable fits model xr500",
        "cable for the xr500",
        "does the cable fit xr500",
        "xr500 charging cable",
    ),
    article(
        "panne",
        "fr",
        "ma lampe ne fonctionne pas",
        "la lampe ne fonctionne pas du tout",
        "lampe qui ne fonctionne pas",
        "la lampe ne s'allume pas",
    ),
    article(
        "abime",
        "fr",
        "mon colis est arrivé abîmé",
        "le colis est abîmé",
        "colis reçu abîmé et ouvert",
        "colis abîmé pendant le transport",
    ),
    article(
        "catalogue",
        "fr",
        "où est le catalogue 2000",
        "catalogue 2000 à télécharger",
        "envoyez-moi le catalogue 2000",
        "catalogue 2000",
    ),
    article(
        "damaged",
        "ko",
        "상품이 파손됐어요",
        "받은 상품이 파손되었어요",
        "상품이 파손돼서 왔어요",
        "택배 상품 파손됐어요",
    ),
    article(
        "instalments",
        "ko",
        "3개월 할부 되나요",
        "3개월 할부 가능한가요",
        "카드 3개월 할부 돼요?",
        "할부 3개월로 결제하고 싶어요",
    ),
)

DENIED = """
    my card was not declined
    my card wasn't declined
    my card was never declined
    why was my card not declined
    why wasn't my card declined
    my card has not been declined
    the shop did not decline my card
    the shop didn't decline my card
    card payment not declined
    my card payment was not declined
    the lamp does work
    my lamp does work
    the lamp is working
    my parcel arrived not damaged
    my parcel did not arrive damaged
    the parcel was not damaged
    the parcel wasn't damaged
    the box arrived without being damaged
    parcel not damaged in the post
    my parcel was never damaged
    ma carte n'a pas été refusée
    ma carte n'est pas refusée
    pourquoi ma carte n'est pas refusée
    ma carte bancaire n'a pas été refusée
    ma carte n'a jamais été refusée
    carte non refusée au magasin
    carte pas refusée au magasin
    ma lampe fonctionne
    la lampe fonctionne
    mon colis n'est pas arrivé abîmé
    le colis n'est pas abîmé
    le colis n'est jamais abîmé
    colis non abîmé pendant le transport
    colis reçu sans être abîmé
    주문 취소하지 않았어요
    주문을 안 취소했어요
    주문을 취소 안 했어요
    주문 취소가 안 됐어요
    주문 취소가 되지 않았어요
    제 주문이 취소되지 않았나요
    제 주문이 취소 안 되었나요
    주문 취소하고 싶지 않아요
    상품이 파손되지 않았어요
    상품이 파손 안 됐어요
    상품이 안 파손됐어요
    받은 상품이 파손되지 않았어요
    택배 상품 파손 안 됐어요
    good news, the shop in town did not decline my card this time
    the box came this morning and my parcel was not damaged
    my new parcel arrived from london not damaged
    why did the shop on main street not decline my card
    la carte de ma sœur n'a finalement pas été refusée au magasin
    pourquoi la carte de mon mari n'est pas refusée au magasin
    ma nouvelle lampe du salon fonctionne
    어제 마트에서 받은 상품이 다행히 파손되지 않았어요
"""
OTHER_NUMBERS = """
    where is the annual report 2001
    annual report 1999 download
    report 2001
    send me the annual report 2010
    which cable fits model xr600
    cable for the xr700
    does the cable fit xr505
    où est le catalogue 2001
    catalogue 1999 à télécharger
    catalogue 2001
    envoyez-moi le catalogue 2010
    6개월 할부 되나요
    12개월 할부 가능한가요
    할부 6개월로 결제하고 싶어요
"""
HOSTILE = tuple(each.strip() for each in (DENIED + OTHER_NUMBERS).splitlines() if each.strip())


@pytest.fixture(scope="module")
def guarded() -> Index:
    """Return an index of articles that are easily turned around."""
    return build(ARTICLES)


def test_what_turns_a_question_around_is_not_answered(guarded: Index) -> None:
    """A denial, or another number, is offered a choice at most."""
    assert len(HOSTILE) >= 60
    assert [text for text in HOSTILE if guarded.judge(text).kind == "answer"] == []


@pytest.mark.parametrize(
    ("text", "answered"),
    [
        ("my card was declined", "declined"),
        ("my card was declined today", "declined"),
        ("the lamp does not work", "broken"),
        ("my lamp does not work!", "broken"),
        ("where is the annual report 2000?", "report"),
        ("ma carte a été refusée", "refusee"),
        ("주문을 취소했어요", "cancel"),
    ],
)
def test_what_says_the_same_is_answered(guarded: Index, text: str, answered: str) -> None:
    """A denial that the phrasings have too, and their own number, are in nobody's way."""
    assert guarded.judge(text).article_id == answered


def test_the_reason_is_told(guarded: Index) -> None:
    """A support lead reads why a sure article was only offered."""
    assert "denies" in guarded.judge("my card was not declined").reason
    assert "another number" in guarded.judge("report 2001").reason


def test_a_question_about_the_time_denies_nothing() -> None:
    """Something that has not come yet is asked for, not denied."""
    sense = ArticleSense.of("en", ["when will my order be delivered"])
    assert not sense.is_denied_by(sense_of("en", "my order is not delivered yet"))
    assert sense.is_denied_by(sense_of("en", "when will my order not be delivered"))
    assert sense.is_denied_by(sense_of("en", "my order is not still to be delivered"))
    assert not sense.is_denied_by(sense_of("en", "my order is still not delivered"))


def test_numbers_that_differ_among_the_phrasings_may_differ_in_a_question() -> None:
    """Where phrasings name several numbers, a number is no part of the subject."""
    sense = ArticleSense.of("en", ["set an alarm for 7", "wake me at 8"])
    assert not sense.has_another_number(sense_of("en", "please set my alarm for 9 tomorrow"))
    assert sense.has_another_number(sense_of("en", "wake me at 9"))


def test_a_denial_that_asks_or_leaves_open_denies_nothing() -> None:
    """Who does not know how, or whether or not, asks. A subject before the verb is not denied."""
    assert not sense_of("en", "I don't know how to activate my card").denied
    assert not sense_of("fr", "je ne sais pas comment activer ma carte").denied
    assert not sense_of("en", "is my order original or not of this shop").denied
    assert sense_of("en", "why isn't my card working").denied == {"work"}


def test_where_all_phrasings_deny_a_message_that_does_not_is_no_question_of_theirs() -> None:
    """What is impossible is as good as denied."""
    sense = ArticleSense.of("en", ["my lamp does not work", "lamp isn't working"])
    assert sense.is_denied_by(sense_of("en", "the lamp from last week does work in our kitchen"))
    assert not sense.is_denied_by(sense_of("en", "my lamp can't work"))


def test_a_denial_of_what_most_phrasings_say_counts_though_one_of_them_denies() -> None:
    """The word that an article is about is denied in whatever words."""
    sense = ArticleSense.of("en", ["transfer declined", "my transfer declined", "it did not go"])
    assert sense.is_denied_by(sense_of("en", "in London on Monday Ann's rent was not declined"))


def test_the_only_number_of_a_unit_counts_where_the_answer_has_it() -> None:
    """A number that only phrasings have is an example, and the answer's other numbers are known."""
    phrasings = ["pay in 3 months", "buy for 900 in instalments"]
    own = ArticleSense.of("en", phrasings, "We split it over 3 months, or 12 months.")
    assert own.has_another_number(sense_of("en", "could I take 6 months for the sofa"))
    assert not own.has_another_number(sense_of("en", "could I take 12 months for the sofa"))
    example = ArticleSense.of("en", phrasings, "We split it as you like.")
    assert not example.has_another_number(sense_of("en", "could I take 6 months for the sofa"))


def test_a_language_without_a_file_has_numbers_only() -> None:
    """Denials need a language's words."""
    sense = ArticleSense.of("da", ["rapport 2000"])
    assert not sense.is_denied_by(sense_of("da", "ikke rapport 2000"))
    assert sense.has_another_number(sense_of("da", "rapport 2001"))
