"""A use proves the text that customers read. The ledger tells since when an article has it."""

from dataclasses import replace

from surgeline.application.answers.states.ledger import Standing
from surgeline.knowledge.articles.article import Article
from surgeline.knowledge.articles.life import answer_digest_of, digest_of

ARTICLE = Article("a", "Gift cards", "en", ("one", "two"), "Yes.")


def test_an_article_keeps_its_text_with_other_phrasings_states_and_tags() -> None:
    """Only what customers read is another text."""
    standing = Standing().reads(ARTICLE, at=1)
    same = replace(ARTICLE, questions=("three",), state="assisted", tags=("selling",))
    assert standing.reads(same, at=2) == standing
    for other in (replace(ARTICLE, answer="No."), replace(ARTICLE, title="Vouchers")):
        assert standing.reads(other, at=2).text_since == 2


def test_a_digest_of_an_earlier_release_stands_for_the_same_text() -> None:
    """It held the phrasings as well, and its time stays."""
    earlier = Standing(texts=((1, digest_of(ARTICLE)),))
    assert earlier.reads(ARTICLE, at=9).texts == ((1, answer_digest_of(ARTICLE)),)
