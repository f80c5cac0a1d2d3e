"""A service is asked within two seconds a message and a month's cap, and else the tier below."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from surgeline.application.answers.embeddings.managed_encoder import (
    REST_SECONDS,
    SECONDS,
    ManagedEncoder,
    tokens_of,
)
from surgeline.application.answers.picks.allowance import Allowance
from surgeline.application.ports.embedding import EmbeddingFailed
from surgeline.application.ports.notebook import Page
from surgeline.knowledge.arrays.floats import Floats
from surgeline.knowledge.encoders.encoder import NotEncoded

from tests.unit.picks.test_ask_picker import Clock, Notebook


class Service:
    """Gives each text a vector, or fails. A call takes `milliseconds` of the clock."""

    model, dimensions = "a-model", 3

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.milliseconds = 0
        self.fails = ""
        self.asked: list[tuple[list[str], float | None]] = []

    def embed(self, texts: Sequence[str], *, seconds: float | None) -> Floats:
        self.asked.append((list(texts), seconds))
        self.clock.at += self.milliseconds
        if self.fails:
            raise EmbeddingFailed(self.fails)
        return np.array([[len(text), 3.0, 4.0] for text in texts], dtype=np.float32)


class Scene:
    """An encoder over a service, with what it may cost."""

    def __init__(self, most: int = 1_000_000) -> None:
        self.clock, self.book, self.alarms = Clock(), Notebook(), list[str]()
        self.service = Service(self.clock)
        allowance = Allowance(self.book, self.clock, most, self.alarm, of="tokens", at_once=100)
        self.encoder = ManagedEncoder(self.service, allowance, self.clock, self.alarm)

    def alarm(self, message: str, **fields: object) -> None:
        self.alarms.append(f"{message} {fields.get('error', '')}".strip())
        assert "parcel" not in str(fields)


def fails(ask: Callable[[Sequence[str]], Floats], text: str) -> bool:
    try:
        ask([text])
    except NotEncoded:
        return True
    return False


def test_a_text_is_asked_once_and_has_length_one() -> None:
    """The same question costs nothing again, and contact data never leaves."""
    scene = Scene()
    found = scene.encoder.encode(["my parcel, mail me at kim@example.org"])
    assert np.linalg.norm(found, axis=1) == pytest.approx([1.0])
    scene.encoder.encode(["my parcel, mail me at kim@example.org"])
    [([sent], seconds)] = scene.service.asked
    assert "kim@" not in sent
    assert seconds == SECONDS


def test_a_build_asks_for_all_at_once_and_takes_its_time() -> None:
    """Several texts are a batch without a limit, and a text without a character is sent as one."""
    scene = Scene()
    assert scene.encoder.encode(["one parcel", " ", "three"]).shape == (3, 3)
    assert scene.service.asked == [(["one parcel", "-", "three"], None)]


def test_one_message_waits_two_seconds_however_many_sentences_it_has() -> None:
    """The time that its first texts took is missing for the next, and a new message has all."""
    scene = Scene()
    scene.service.milliseconds = 1_500
    scene.encoder.begin()
    assert not fails(scene.encoder.encode, "first")
    assert not fails(scene.encoder.encode, "second")
    assert fails(scene.encoder.encode, "third")
    assert [seconds for _, seconds in scene.service.asked] == [SECONDS, SECONDS - 1.5]
    scene.encoder.begin()
    assert not fails(scene.encoder.encode, "third")


def test_after_a_failure_nobody_waits_for_a_while() -> None:
    """The failure is told without a text, and is not remembered for the text."""
    scene = Scene()
    scene.service.fails = "late"
    assert fails(scene.encoder.encode, "my parcel")
    scene.service.fails = ""
    assert fails(scene.encoder.encode, "my parcel")
    assert len(scene.service.asked) == 1
    assert scene.alarms == ["embedding_failed late"]
    scene.clock.at += REST_SECONDS * 1000
    assert not fails(scene.encoder.encode, "my parcel")


def test_the_month_has_a_cap_and_a_batch_takes_all_or_nothing() -> None:
    """No text is sent that the cap does not pay for, and the next month begins anew."""
    text, scene = "a" * 40, Scene(most=200)
    assert tokens_of([text]) == 84
    with pytest.raises(NotEncoded):
        scene.encoder.encode([text, text, text])
    assert scene.service.asked == []
    assert not fails(scene.encoder.encode, text)
    assert not fails(scene.encoder.encode, text + "b")
    assert fails(scene.encoder.encode, text + "c")
    assert scene.alarms == ["tokens_used_up", "tokens_used_up"]
    assert len(scene.service.asked) == 2
    scene.clock.at += 32 * 86_400_000
    scene.book.page = Page()
    assert not fails(scene.encoder.encode, text + "c")


def test_another_model_has_another_digest() -> None:
    """Vectors of different models are never compared."""
    one, other = Scene().encoder, Service(Clock())
    other.model = "b-model"
    scene = Scene()
    second = ManagedEncoder(other, scene.encoder._allowance, scene.clock, scene.alarm)
    assert one.digest != second.digest
