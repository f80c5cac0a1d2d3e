"""An index with a service's vectors judges by them, and holds what the tier below needs."""

import pytest
from stand_ins import Service, Synonyms
from surgeline.knowledge.answering.explain import explain
from surgeline.knowledge.answering.index import MANAGED, Index, build
from surgeline.knowledge.articles.jsonl import Article
from surgeline.knowledge.encoders.encoder import NotEncoded

UNSAID = "is my cash coming?"


@pytest.fixture(scope="module")
def artifact(articles: tuple[Article, ...]) -> bytes:
    """Return the artifact of an index with a service on top of the static tier."""
    encoders = (Synonyms("static"), Service())
    return build(articles, tier="static", encoders=encoders).to_bytes()


@pytest.fixture(scope="module")
def below(articles: tuple[Article, ...]) -> Index:
    """Return the same knowledge base without a service."""
    return build(articles, tier="static", encoders=(Synonyms("static"),))


def test_a_service_is_asked_for_all_phrasings_of_a_language_at_once(
    articles: tuple[Article, ...],
) -> None:
    """Each phrasing is asked for once, and no answer's text is."""
    service = Service()
    index = build(articles, encoders=(service,))
    assert index.tier == MANAGED
    assert service.calls == [len(part.owners) for part in index.parts]


def test_it_judges_by_what_the_service_sees(artifact: bytes, below: Index) -> None:
    """A question that shares no word with its article finds it, from a stored artifact too."""
    index = Index.from_bytes(artifact, encoders=(Synonyms("static"), Service()))
    verdict = index.judge(UNSAID, language="en")
    assert (verdict.tier, verdict.ranking[0].article_id) == (MANAGED, "en-refund")
    assert index.to_bytes() == artifact
    assert below.judge(UNSAID, language="en").tier == "static"


def test_its_thresholds_are_rehearsed_as_every_tier_s(artifact: bytes) -> None:
    """What an answer needs comes from phrasings that were left out, in each language."""
    index = Index.from_bytes(artifact)
    for part in index.parts:
        model = part.models[-1]
        assert [each.tier for each in part.models] == ["lexical", "static", MANAGED]
        assert len(model.trials.best) == 2 * len(part.owners)
        assert 0.9 <= model.threshold(0.95) <= 0.95


def test_without_vectors_the_tier_below_judges_exactly_as_without_a_service(
    artifact: bytes, below: Index
) -> None:
    """A failure, another model and no service at all give one verdict, which names its tier."""
    failing, other = Service(), Service("another model")
    failing.fails = True
    static = Synonyms("static")
    wanted = below.judge(UNSAID, language="en")
    for services in ((failing,), (other,), ()):
        index = Index.from_bytes(artifact, encoders=(static, *services))
        assert index.judge(UNSAID, language="en") == wanted
    told = explain(Index.from_bytes(artifact, encoders=(static, failing)), UNSAID, language="en")
    assert told["tier"] == "static"
    assert "The service of tier managed gave no vectors for this" in " ".join(told["why"])
    whole = explain(Index.from_bytes(artifact, encoders=(static, Service())), UNSAID, language="en")
    assert (whole["tier"], "gave no vectors" in " ".join(whole["why"])) == (MANAGED, False)


def test_verdicts_that_are_compared_are_never_of_two_tiers(artifact: bytes) -> None:
    """Reviews and traffic hear that the service failed, and count nothing of the tier below."""
    failing = Service()
    failing.fails = True
    index = Index.from_bytes(artifact, encoders=(Synonyms("static"), failing))
    with pytest.raises(NotEncoded):
        index.judge(UNSAID, language="en", alike=True)


def test_a_threshold_of_reviews_never_lowers_what_the_tier_below_needs(
    artifact: bytes, below: Index
) -> None:
    """It was proved for the service's confidences, so that it only makes others surer."""
    failing = Service()
    failing.fails = True
    index = Index.from_bytes(artifact, encoders=(Synonyms("static"), failing))
    rehearsed = below.judge(UNSAID, language="en")
    assert index.judge(UNSAID, language="en", threshold=0.01).kind == rehearsed.kind != "answer"
    said = "where is the refund for my order"
    assert index.judge(said, language="en").confidence == below.judge(said).confidence
    assert index.judge(said, language="en", threshold=1.0).kind != "answer"


def test_a_phrasing_word_for_word_costs_nothing(artifact: bytes) -> None:
    """In a surge most questions repeat, and these are answered without the service."""
    service = Service()
    index = Index.from_bytes(artifact, encoders=(Synonyms("static"), service))
    assert index.judge("Where is my refund?").kind == "answer"
    assert service.calls == []


def few(article: Article, count: int) -> Article:
    return Article(article.id, article.title, article.language, article.questions[:count], "Yes.")


def test_nothing_is_answered_by_a_service_that_no_rehearsal_weighed(
    articles: tuple[Article, ...],
) -> None:
    """Articles with one phrasing each teach no threshold, so that the tier below answers."""
    service = Service()
    index = build([few(each, 1) for each in articles], encoders=(service,))
    assert service.calls == []
    assert {model.tier for part in index.parts for model in part.models} == {"lexical"}
    assert index.judge(UNSAID, language="en").tier == "lexical"


def test_an_article_with_few_phrasings_is_weighed_by_the_tier_below(
    articles: tuple[Article, ...],
) -> None:
    """Assumptions weigh such an article, and there are none about a service's vectors."""
    some = [few(each, 2 if each.id == "en-refund" else 9) for each in articles]
    extra = [
        Article(f"en-{name}", name, "en", tuple(f"{name} {each}" for each in "abcdefg"), "Yes.")
        for name in ("piano", "lamp")
    ]
    index = build([*some, *extra], encoders=(Service(),))
    verdict = index.judge("cash refund", language="en")
    assert verdict.ranking[0].article_id == "en-refund"
    assert verdict == index.below.judge("cash refund", language="en")
    assert index.judge("my box", language="en").tier == MANAGED
