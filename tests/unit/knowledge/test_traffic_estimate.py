"""What traffic does to thresholds: bounded, rising with the promise, slow where it is scarce."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from surgeline.knowledge.answering.explain import explain
from surgeline.knowledge.answering.index import Index, build
from surgeline.knowledge.answering.traffic import moves_of, with_traffic
from surgeline.knowledge.articles.article import Article
from surgeline.knowledge.matching.policy import threshold_for, thresholds_of
from surgeline.knowledge.matching.traffic import LEAST_THRESHOLD, Adapted, Rehearsal, adapt

TRIALS = 600
ARTICLES = 60
TOPICS = ("parcel", "refund", "voucher", "account", "invoice", "warranty", "newsletter", "cookie")
FORMS = (
    "where is my {}",
    "i have a problem with the {}",
    "can you change the {}",
    "{} please help",
)


def confidences(seed: int, right: int, wrong: int) -> NDArray[np.float64]:
    """Return the confidences of questions of which so many are right and so many wrong."""
    random = np.random.default_rng(seed)
    return np.concatenate((random.beta(6, 1.2, right), random.beta(1.2, 5, wrong)))


def rehearsal() -> Rehearsal:
    """Return trials in which every left-out phrasing was found."""
    places = np.arange(2 * TRIALS)
    return Rehearsal(
        confidence=confidences(1, TRIALS, TRIALS),
        right=places < TRIALS,
        weights=np.where(places < TRIALS, 1.0, 0.7),
        articles=np.tile(np.arange(TRIALS) % ARTICLES, 2),
    )


def rehearsed() -> NDArray[np.float64]:
    """Return the thresholds of those trials."""
    trials = rehearsal()
    return thresholds_of(trials.confidence, trials.right, trials.weights, ~trials.right)


def on(traffic: NDArray[np.float64]) -> Adapted:
    """Return what such traffic says."""
    found = adapt(rehearsal(), rehearsed(), traffic, np.ones(len(traffic), dtype=np.bool_))
    assert found is not None
    return found


@pytest.mark.parametrize("wrong", [0.1, 0.3, 0.5, 0.7])
def test_a_known_mix_is_recovered(wrong: float) -> None:
    """From a thousand confidences the share that is wrong is found to a twelfth."""
    found = on(confidences(2, round(1000 * (1 - wrong)), round(1000 * wrong)))
    assert found.wrong == pytest.approx(wrong, abs=0.08)
    assert found.questions == 1000


def test_the_promise_is_kept_on_that_mix() -> None:
    """The answers are right at 95 % even if four in five questions have no answer."""
    for wrong in (100, 500, 800):
        traffic = confidences(4, 1000 - wrong, wrong)
        asked = confidences(5, 10 * (1000 - wrong), 10 * wrong)
        given = asked >= threshold_for(on(traffic).thresholds, 0.95)
        right = given[: 10 * (1000 - wrong)].sum()
        assert right / given.sum() >= 0.945


def test_more_questions_without_an_answer_never_lower_what_an_answer_needs() -> None:
    """Where they look nearly as sure as the others, the threshold rises with their share."""
    needed = [
        threshold_for(on(confidences(2, 1000 - wrong, wrong)).thresholds, 0.999)
        for wrong in (50, 200, 400, 600, 800)
    ]
    assert needed == sorted(needed)
    assert needed[0] < needed[-1]


def test_a_greater_promise_never_needs_less() -> None:
    """Thresholds rise with the promise and stay within their bounds."""
    thresholds = on(confidences(6, 500, 500)).thresholds[500:]
    assert (np.diff(thresholds) >= 0).all()
    assert thresholds.min() >= LEAST_THRESHOLD
    assert thresholds.max() < 1.0


def hard_to_be_sure_of() -> Rehearsal:
    """Return trials in which right questions are rarely sure, and wrong ones never are."""
    random = np.random.default_rng(9)
    found = np.concatenate((random.uniform(0.1, 0.97, TRIALS), random.uniform(0.0, 0.03, TRIALS)))
    return replace(rehearsal(), confidence=found)


@pytest.mark.parametrize("promise", [0.9, 0.95, 0.99])
def test_no_threshold_falls_under_one_half(promise: float) -> None:
    """It falls to 50 % where every question is right, and no farther."""
    trials = hard_to_be_sure_of()
    start = thresholds_of(trials.confidence, trials.right, trials.weights, ~trials.right)
    traffic = np.random.default_rng(10).uniform(0.1, 0.97, 3000)
    found = adapt(trials, start, traffic, np.ones(len(traffic), dtype=np.bool_))
    assert found is not None
    needed = threshold_for(found.thresholds, promise)
    assert LEAST_THRESHOLD <= needed < LEAST_THRESHOLD + 0.02
    assert needed < threshold_for(start, promise)


def test_traffic_worse_than_assumed_lowers_no_threshold() -> None:
    """Where more questions find no right article than was assumed, no promise gets cheaper."""
    for wrong in (0.55, 0.7, 0.9):
        found = on(confidences(11, round(1000 * (1 - wrong)), round(1000 * wrong)))
        assert (found.thresholds >= np.round(rehearsed(), 4)).all()


def mixed(seed: int, right: int, wrong: int) -> NDArray[np.float64]:
    """Return the confidences of questions of which the wrong ones look nearly right."""
    random = np.random.default_rng(seed)
    return np.concatenate((random.beta(6, 1.2, right), random.beta(2, 2, wrong)))


def on_near(traffic: NDArray[np.float64], *, by_words: bool = False) -> tuple[float, float]:
    """Return what an answer needs at 95 %, rehearsed with such questions and after traffic."""
    trials = replace(rehearsal(), confidence=mixed(12, TRIALS, TRIALS), by_words=by_words)
    start = thresholds_of(trials.confidence, trials.right, trials.weights, ~trials.right)
    found = adapt(trials, start, traffic, np.ones(len(traffic), dtype=np.bool_))
    assert found is not None
    return threshold_for(start, 0.95), threshold_for(found.thresholds, 0.95)


def test_answers_are_taken_away_only_where_the_promise_surely_breaks() -> None:
    """Of nine wrong questions in ten, ten take nothing away and a thousand do so at once."""
    start, few = on_near(mixed(13, 1, 9))
    assert few == pytest.approx(start, abs=1e-4)
    start, many = on_near(mixed(14, 100, 900))
    assert many > start + 0.01


def test_words_alone_lower_a_threshold_less_than_meaning() -> None:
    """From the same confidences a tier that compares words alone is trusted less."""
    traffic = mixed(15, 170, 30)
    start, meaning = on_near(traffic)
    _, words = on_near(traffic, by_words=True)
    assert meaning < words <= start


def test_few_questions_hardly_move_it() -> None:
    """Three move it by less than a fifth of what three hundred do, and none not at all."""
    start = threshold_for(rehearsed(), 0.95)
    few, many = (
        abs(threshold_for(on(confidences(7, count, 0)).thresholds, 0.95) - start)
        for count in (3, 300)
    )
    assert few < many / 5
    nothing = np.zeros(0)
    assert adapt(rehearsal(), rehearsed(), nothing, nothing.astype(np.bool_)) is None


def test_too_short_a_rehearsal_tells_nothing() -> None:
    """Thresholds stay as they are after too few trials."""
    trials = rehearsal()
    tried = trials.weights * (np.arange(2 * TRIALS) % TRIALS < 10)
    scarce = Rehearsal(trials.confidence, trials.right, tried, trials.articles)
    traffic = confidences(2, 50, 50)
    assert adapt(scarce, rehearsed(), traffic, np.ones(100, dtype=np.bool_)) is None


def test_questions_that_may_not_be_answered_prove_no_answer_right() -> None:
    """Where only they are sure, an answer needs more than where they can be answered."""
    traffic = confidences(8, 500, 500)
    thresholds = [
        adapt(rehearsal(), rehearsed(), traffic, np.full(1000, fill_value=value))
        for value in (True, False)
    ]
    able, unable = (threshold_for(each.thresholds, 0.95) for each in thresholds if each)
    assert unable > able


@pytest.fixture(scope="module")
def index() -> Index:
    articles = [
        Article(topic, topic.title(), "en", tuple(form.format(topic) for form in FORMS), "Yes.")
        for topic in TOPICS
    ]
    return build(articles)


def test_an_artifact_keeps_what_traffic_moved_and_why(index: Index) -> None:
    """Read again it decides alike and tells the questions, the share and both thresholds."""
    texts = [f"tell me about my {topic} now" for topic in TOPICS] * 10
    adapted = with_traffic(index, texts)
    stored = Index.from_bytes(adapted.to_bytes())
    assert moves_of(stored) == moves_of(adapted)
    assert [move.questions for move in moves_of(stored)] == [80]
    text = "tell me about the refund thing"
    assert stored.judge(text) == adapted.judge(text)
    told = " ".join(explain(stored, text)["why"])
    assert "80 questions of your traffic moved what an answer needs" in told


def test_traffic_that_asks_nothing_changes_nothing(index: Index) -> None:
    """Greetings and other languages are no questions: the artifact has the very same bytes."""
    adapted = with_traffic(index, ["hello", "안녕하세요 반갑습니다", "thank you!"])
    assert moves_of(adapted) == []
    assert adapted.to_bytes() == index.to_bytes()


def test_what_reviews_proved_outweighs_traffic(index: Index) -> None:
    """A live threshold takes the place of the adapted one, and the explanation says only that."""
    adapted = with_traffic(index, [f"where is my {topic} gone" for topic in TOPICS] * 10)
    found = explain(adapted, "tell me about the refund thing", threshold=0.99)
    assert found["threshold"] == 0.99
    assert "traffic" not in " ".join(found["why"])
