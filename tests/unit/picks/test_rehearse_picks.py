"""A model is rehearsed with all the questions of a version or with none, and once a day."""

import json
from collections.abc import Sequence

import pytest
from surgeline.application.answers.current_knowledge import index_key, pointer_key
from surgeline.application.answers.encoders import Encoders
from surgeline.application.answers.picks.allowance import Allowance
from surgeline.application.answers.picks.rehearse_picks import rehearse_picks
from surgeline.application.ports.picking import Option
from surgeline.knowledge.answering.index import Index
from surgeline.knowledge.answering.picks import pick_trials

from tests.unit.picks.shop import shop
from tests.unit.picks.test_ask_picker import Clock, Notebook


class Blobs:
    """A bucket in memory, with what a rehearsal needs of it."""

    def __init__(self, index: Index) -> None:
        self.kept: dict[str, bytes] = {}
        self.index = index.to_bytes()

    def publish(self, version: str) -> None:
        self.kept[index_key("shop", version)] = self.index
        self.kept[pointer_key("shop")] = json.dumps({"version": version}).encode()

    def get(self, key: str) -> bytes:
        return self.kept[key]

    def swap(self, key: str, body: bytes, *, was: bytes | None) -> None:
        assert self.kept[key] == was
        self.kept[key] = body


class First:
    """Picks the first article, and counts what it was asked."""

    model = "a-model"

    def __init__(self) -> None:
        self.asked = 0

    def pick(self, _question: str, _options: Sequence[Option]) -> int | None:
        self.asked += 1
        return 0


@pytest.fixture(scope="module")
def index() -> Index:
    return shop()


class Scene:
    """A shop with a model that may be asked so often in a month."""

    def __init__(self, index: Index, most: int) -> None:
        self.blobs, self.model, self.clock = Blobs(index), First(), Clock()
        self.alarms = list[str]()
        self.allowance = Allowance(Notebook(), self.clock, most, self.alarm)

    def alarm(self, message: str, **_: object) -> None:
        self.alarms.append(message)

    def rehearse(self, version: str) -> bool:
        self.blobs.publish(version)
        how = {"allowance": self.allowance, "encoders": Encoders({}, self.alarm)}
        return bool(rehearse_picks(self.blobs, "shop", self.model, **how, alarm=self.alarm))


def test_a_second_publication_of_a_day_is_rehearsed_the_next_day(index: Index) -> None:
    """The budget of a month lasts, however often somebody publishes."""
    count = len(pick_trials(index))
    scene = Scene(index, 10 * count)
    assert [scene.rehearse("v1"), scene.rehearse("v2")] == [True, False]
    assert (scene.model.asked, scene.alarms) == (count, [])
    scene.clock.at += 86_400_000
    assert scene.rehearse("v2")
    assert scene.model.asked == 2 * count


def test_a_rehearsal_that_does_not_fit_asks_nothing(index: Index) -> None:
    """A part of it would prove nothing, and what is left may still answer customers."""
    scene = Scene(index, len(pick_trials(index)) - 1)
    assert not scene.rehearse("v1")
    assert (scene.model.asked, scene.alarms) == (0, ["picks_too_few"])
    assert scene.allowance.take()
