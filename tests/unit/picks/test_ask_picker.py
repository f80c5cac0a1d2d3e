"""A model is asked while its allowance lasts, and whatever it fails at changes nothing."""

import json
from collections.abc import Sequence

import pytest
from surgeline.application.answers.current_knowledge import Current, PicksProved
from surgeline.application.answers.picks.allowance import AT_ONCE, SHARES, Allowance
from surgeline.application.answers.picks.ask_picker import REST_SECONDS, Picks
from surgeline.application.ports.notebook import Page
from surgeline.application.ports.picking import Option, PickFailed
from surgeline.application.ports.refusals import Changed
from surgeline.errors import Unavailable
from surgeline.knowledge.answering.index import Index

from tests.unit.picks.shop import UNDECIDED, shop

MODEL = "a-model"
PROVED = Current("v", "lexical", picks=PicksProved(MODEL, "v", 120, 60, 60, 0.0))


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.at = 1_772_366_400_000

    def now(self) -> int:
        return self.at


class Notebook:
    """A notebook in memory. `fails` are raised by the next writes."""

    def __init__(self) -> None:
        self.page = Page()
        self.fails: list[Exception] = []
        self.writes = 0

    def read(self, _name: str) -> Page:
        return self.page

    def write(self, _name: str, body: bytes, *, after: Page) -> Page:
        if self.fails:
            raise self.fails.pop()
        self.writes += 1
        self.page = Page(body, after.version + 1)
        return self.page


class Model:
    """Picks the article whose title says so, or fails. It keeps what it was asked."""

    model = MODEL

    def __init__(self, wanted: str = "gift-card") -> None:
        self.wanted = wanted
        self.asked: list[tuple[str, Sequence[Option]]] = []
        self.fails = False

    def pick(self, question: str, options: Sequence[Option]) -> int | None:
        self.asked.append((question, options))
        if self.fails:
            raise PickFailed("late")
        return next((at for at, each in enumerate(options) if self.wanted in each.title), None)


class Scene:
    """The picks of a small shop with their parts."""

    def __init__(self, index: Index, most: int = 100) -> None:
        self.index, self.clock, self.book = index, Clock(), Notebook()
        self.model, self.alarms = Model(), list[str]()
        self.wanted = next(each.title for each in index.articles if "gift" in each.id)
        self.model.wanted = self.wanted
        self.picks = self.new_process(most)

    def new_process(self, most: int) -> Picks:
        allowance = Allowance(self.book, self.clock, most, self.alarm)
        return Picks(self.model, allowance, self.clock, self.alarm)

    def alarm(self, message: str, **_: object) -> None:
        self.alarms.append(message)

    def settled(self, text: str = UNDECIDED, current: Current = PROVED) -> str:
        verdict = self.index.judge(text)
        return self.picks.settled(self.index, current, verdict, text).kind


@pytest.fixture(scope="module")
def index() -> Index:
    return shop()


def test_a_proved_pick_answers_and_is_remembered(index: Index) -> None:
    """The same question is asked of the model once."""
    scene = Scene(index)
    assert [scene.settled(), scene.settled()] == ["answer", "answer"]
    assert len(scene.model.asked) == 1


@pytest.mark.parametrize(
    "picks",
    [
        None,
        PicksProved(MODEL, "v", 120, 60, 50, None),
        PicksProved("another", "v", 120, 60, 60, 0.0),
        PicksProved(MODEL, "another", 120, 60, 60, 0.0),
    ],
)
def test_nothing_is_answered_without_a_proof_of_this_model_and_version(
    index: Index, picks: PicksProved | None
) -> None:
    """A pick then only stands first among the choices."""
    assert Scene(index).settled(current=Current("v", "lexical", picks=picks)) == "suggest"


def test_a_question_goes_out_without_numbers_of_a_customer(index: Index) -> None:
    """Cards, addresses and phones stay here, and so does whatever is behind 500 characters."""
    scene = Scene(index)
    scene.picks.settled(
        index,
        PROVED,
        index.judge(UNDECIDED),
        "call 010-1234-5678 or write ann@example.com " + "x" * 900,
    )
    [(question, _)] = scene.model.asked
    assert "010" not in question
    assert "ann@" not in question
    assert len(question) == 500


def test_a_failure_changes_nothing_and_gives_the_model_a_rest(index: Index) -> None:
    """Nobody waits for the next half minute. Then the same question is asked again."""
    scene = Scene(index)
    scene.model.fails = True
    assert [scene.settled(), scene.settled()] == ["suggest", "suggest"]
    assert (len(scene.model.asked), scene.alarms) == (1, ["pick_failed"])
    scene.model.fails = False
    scene.clock.at += REST_SECONDS * 1000
    assert scene.settled() == "answer"


def test_the_months_picks_are_a_cap_for_all_processes(index: Index) -> None:
    """When they are used up, the tier below answers alone until the next month."""
    scene = Scene(index, most=2)
    scene.settled()
    scene.picks = scene.new_process(2)
    assert scene.settled() == "answer"
    scene.picks = scene.new_process(2)
    assert [scene.settled(), scene.settled()] == ["suggest", "suggest"]
    assert scene.alarms == ["picks_used_up"]
    assert scene.book.writes == 2
    scene.clock.at += 31 * 86_400_000
    scene.book.page = Page()
    assert scene.settled() == "answer"


def test_a_process_writes_once_for_many_picks() -> None:
    """Of two processes that count at once the second counts again, and an outage allows none."""
    book, clock = Notebook(), Clock()
    allowance = Allowance(book, clock, AT_ONCE * SHARES, lambda *_, **__: None)
    book.fails = [Changed("x")]
    assert all(allowance.take() for _ in range(AT_ONCE))
    assert book.writes == 1
    book.fails = [Unavailable("x")]
    assert not allowance.take()
    assert allowance.take()


@pytest.mark.parametrize(("most", "taken"), [(2, 1), (3 * SHARES, 3), (1_000 * SHARES, AT_ONCE)])
def test_a_process_takes_a_small_share_of_the_month(most: int, taken: int) -> None:
    """What it leaves is lost, so that many processes must not lose a small budget."""
    book = Notebook()
    assert Allowance(book, Clock(), most, lambda *_, **__: None).take()
    assert json.loads(book.page.body) == {"picks": taken}


def test_a_rehearsal_takes_all_its_picks_or_none_and_once_a_day() -> None:
    """Each knowledge base has its own day, and a rehearsal that does not fit is told of."""
    book, clock, alarms = Notebook(), Clock(), list[object]()
    allowance = Allowance(book, clock, 100, lambda *told, **more: alarms.append((*told, more)))

    def rehearses(base: str, count: int = 30) -> bool:
        return allowance.take_all(count, knowledge_base=base)

    assert [rehearses("shop"), rehearses("shop"), rehearses("help")] == [True, False, True]
    assert (json.loads(book.page.body)["picks"], alarms) == (60, [])
    clock.at += 86_400_000
    assert not rehearses("shop", 41)
    assert alarms == [("picks_too_few", {"knowledge_base": "shop", "needed": 41, "left": 40})]
    assert rehearses("shop", 40)
    assert not allowance.take()
