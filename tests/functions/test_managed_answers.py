"""A model of vectors that is turned on is used by the build and by answers, and may always fail."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from surgeline.application.answers.current_knowledge import current_index
from surgeline.application.ports.embedding import EmbeddingFailed
from surgeline.knowledge.arrays.floats import Floats

from local.home.lambda_events import schedule_event
from tests.functions.stage import Stage
from tests.unit.knowledge.shop import jsonl

MODEL = "cohere.embed-multilingual-v3"
PATH = "/v1/admin/knowledge/shop"
PLAIN = "how may i send my things home to you"
WORDS = ("return send back", "gift card voucher", "deliver parcel arrive", "refund money cash")


class Vectors:
    """Sees a few meanings, as a model does. It keeps how many texts it was given at a time."""

    model, dimensions = MODEL, len(WORDS) + 1

    def __init__(self) -> None:
        self.fails = ""
        self.given: list[int] = []
        self.takes: Callable[[], object] = int

    def embed(self, texts: Sequence[str], *, seconds: float | None) -> Floats:
        """See ports.Embedder."""
        del seconds
        self.takes()
        self.given.append(len(texts))
        if self.fails:
            raise EmbeddingFailed(self.fails)
        rows = [
            [sum(word in text.lower() for word in each.split()) for each in WORDS] + [1.0]
            for text in texts
        ]
        return np.array(rows, dtype=np.float32)


def staged(folder: Path, vectors: Vectors, **settings: str) -> Stage:
    """Return a stage with the model, which published the shop's articles."""
    return Stage(folder, embedder=vectors, settings=settings)


def published(stage: Stage) -> str:
    """Publish and build the shop's articles; return the tier that answers now."""
    stage.admin("PUT", PATH, jsonl("en", "ko"))
    for key in stage.backend.blobs().keys("knowledge-sources/"):
        if "/reviews/" not in key:
            stage.upload(key, stage.backend.blobs().get(key))
    return tier_now(stage)


def tier_now(stage: Stage) -> str:
    current = current_index(stage.backend.blobs(), "shop")
    assert current is not None
    stage.clock.advance(6)
    return current.tier


def explained(stage: Stage, text: str) -> str:
    """Return the tier that the instance's own explanation names."""
    body = stage.admin("POST", "/v1/admin/knowledge/shop/explain", {"text": text}).json
    return str(body["tier"])


def test_a_service_answers_on_top_and_the_tier_below_whenever_it_fails(tmp_path: Path) -> None:
    """The build asks in batches, a message asks for two seconds, and an outage stops nothing."""
    vectors = Vectors()
    stage = staged(tmp_path, vectors, EMBEDDER=MODEL, TOKENS_A_MONTH="50000000")
    assert published(stage) == "managed"
    assert max(vectors.given) > 1
    batches = len(vectors.given)
    stage.write(PLAIN)
    stage.drain("events")
    assert vectors.given[batches:] == [1] * (len(vectors.given) - batches) != []
    assert explained(stage, PLAIN) == "managed"
    asked = len(vectors.given)
    vectors.takes = lambda: stage.clock.advance(1)
    stage.write("Can I hand it in? Is a coupon for sale? Who brings my box?", sender="c3")
    stage.drain("events")
    assert len(vectors.given) == asked + 2
    vectors.fails = "ThrottlingException"
    stage.write("is it possible to hand something over again", sender="c2")
    stage.drain("events")
    assert stage.said(sender="c2")
    assert explained(stage, "may i hand something over") == "lexical"
    # An outage is over: what was judged without vectors is judged anew.
    vectors.fails = ""
    stage.clock.advance(40)
    asked = len(vectors.given)
    stage.write("is it possible to hand something over again", sender="c4")
    stage.drain("events")
    assert len(vectors.given) > asked


def test_a_version_without_vectors_is_built_by_the_tier_below_and_again_the_next_day(
    tmp_path: Path,
) -> None:
    """Half a batch or an outage never stops a publication, and the day's run makes it whole."""
    vectors = Vectors()
    vectors.fails = "incomplete"
    stage = staged(tmp_path, vectors, EMBEDDER=MODEL, TOKENS_A_MONTH="50000000")
    assert published(stage) == "lexical"
    daily = schedule_event("knowledge_build", 86_400, at=stage.clock.now())
    stage.call("knowledge_build", daily)
    assert tier_now(stage) == "lexical"
    vectors.fails = ""
    stage.call("knowledge_build", daily)
    assert tier_now(stage) == "managed"
    given = len(vectors.given)
    stage.call("knowledge_build", daily)
    assert len(vectors.given) == given


def test_a_month_s_cap_stops_the_service_and_nothing_else(tmp_path: Path) -> None:
    """A cap that is too small for a build is left whole, and the tier below answers."""
    vectors = Vectors()
    stage = staged(tmp_path, vectors, EMBEDDER=MODEL, TOKENS_A_MONTH="100")
    assert published(stage) == "lexical"
    assert vectors.given == []


def test_without_the_setting_no_service_is_asked(tmp_path: Path) -> None:
    """It is off by default: nothing is sent anywhere, and the index is as before."""
    vectors = Vectors()
    stage = staged(tmp_path, vectors)
    assert published(stage) == "lexical"
    stage.write(PLAIN)
    stage.drain("events")
    assert vectors.given == []
    assert "managed" not in json.dumps(stage.admin("GET", PATH).json)
