"""A person at the desk finds any article that customers may read, and inserts it."""

import pytest
from surgeline.application.staff.find_articles import MOST_FOUND, find_articles
from surgeline.knowledge.articles.article import Article

from tests.functions.signed_in import DESK, sign_in
from tests.functions.stage import Stage

ARTICLES = [
    Article("en-late", "Late parcels", "en", (), "A parcel may stand still for two days."),
    Article("en-send", "Send it back", "en", (), "Put the parcel into its box."),
    Article("ko-late", "늦은 택배", "ko", (), "택배는 이틀까지 멈춰 있을 수 있어요."),
]


@pytest.mark.parametrize(
    ("words", "language", "found"),
    [
        ("parcel", "en", ["en-late", "en-send"]),
        ("PARCEL box", "en", ["en-send"]),
        ("택배", "en", ["ko-late"]),
        ("a", "ko", ["en-late", "en-send"]),
        ("lamp", "en", []),
        ("", "en", []),
        (" ", "en", []),
    ],
)
def test_every_word_has_to_be_there(words: str, language: str, found: list[str]) -> None:
    """Titles count before answers, and the customer's language before both."""
    assert [each.id for each in find_articles(ARTICLES, words, language)] == found
    many = [Article(f"a{n}", "Lamps", "en", (), "x") for n in range(MOST_FOUND + 2)]
    assert len(find_articles(many, "lamps", None)) == MOST_FOUND


def test_a_person_finds_what_customers_may_read(stage: Stage) -> None:
    """The article comes with its answer as it is inserted. Another channel has none."""
    stage.configure(channels=[{"id": "web", "kind": "web"}], pools=[DESK])
    mina = sign_in(stage, "Mina", "agent", "desk")
    found = stage.request("GET", "/v1/staff/articles?channel_id=web&words=open", headers=mina)
    assert found.status == 200, found.text
    assert found.json["articles"], found.text
    assert all("open" in str(each).lower() for each in found.json["articles"])
    assert "{" not in "".join(each["answer"] for each in found.json["articles"])
    nowhere = stage.request("GET", "/v1/staff/articles?channel_id=x&words=order", headers=mina)
    assert nowhere.json == {"articles": []}
    long = stage.request("GET", f"/v1/staff/articles?words={'x' * 101}", headers=mina)
    assert (long.status, long.json["error"]["field"]) == (400, "words")
    assert stage.request("GET", "/v1/staff/articles?words=order").status == 401
