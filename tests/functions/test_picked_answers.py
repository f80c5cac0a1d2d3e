"""A model that is turned on is rehearsed after a publication, and picks for real messages."""

import json
from collections.abc import Sequence
from pathlib import Path

from surgeline.application.answers.current_knowledge import current_index, pointer_key
from surgeline.application.ports.blobs import bytes_of
from surgeline.application.ports.picking import Option

from local.home.lambda_events import schedule_event
from local.virtual.shop import articles_file
from tests.functions.stage import Stage

MODEL = "amazon.nova-micro-v1:0"
PATH = "/v1/admin/knowledge/shop"
UNDECIDED = "bring back an item"


class Returns:
    """Picks the article on returns. It keeps what it was asked."""

    model = MODEL

    def __init__(self) -> None:
        self.asked: list[str] = []

    def pick(self, question: str, options: Sequence[Option]) -> int | None:
        """See ports.Picker."""
        self.asked.append(question)
        return next((at for at, each in enumerate(options) if "Return" in each.title), None)


def staged(folder: Path, model: Returns, **settings: str) -> Stage:
    """Return a stage with the model, which published and built the shop's articles."""
    stage = Stage(folder, picker=model, settings=settings)
    stage.admin("PUT", PATH, articles_file())
    for key in stage.backend.blobs().keys("knowledge-sources/"):
        stage.upload(key, stage.backend.blobs().get(key))
    stage.clock.advance(6)
    return stage


def test_a_publication_rehearses_the_model_once_and_its_picks_answer_where_that_is_proved(
    tmp_path: Path,
) -> None:
    """The pointer says what is proved. A small base proves nothing, so a pick only orders."""
    model = Returns()
    stage = staged(tmp_path, model, PICKER=MODEL, PICKS_A_MONTH="500")
    blobs = stage.backend.blobs()
    current = current_index(blobs, "shop")
    assert current is not None
    assert current.picks is not None
    assert (current.picks.model, current.picks.version) == (MODEL, current.version)
    assert current.picks.asked == len(model.asked)
    rehearsed = len(model.asked)
    stage.call("knowledge_build", schedule_event("knowledge_build", 86_400, at=stage.clock.now()))
    assert len(model.asked) == rehearsed
    # When
    stage.write(UNDECIDED)
    stage.drain("events")
    assert stage.said()[-1][1] != returns()
    # Given a base that proved it
    was = bytes_of(blobs, pointer_key("shop"))
    proved = json.loads(was or b"")
    proved["picks"]["threshold"] = 0.0
    blobs.swap(pointer_key("shop"), json.dumps(proved).encode(), was=was)
    stage.clock.advance(6)
    stage.write(UNDECIDED, sender="c2")
    stage.drain("events")
    assert stage.said(sender="c2")[-1] == ("bot", returns())
    assert len(model.asked) > rehearsed
    # Given a closed channel, whose words answer in place of an article
    asked = len(model.asked)
    closure = {"texts": {"en": "Write to us here: {link}"}, "page": "https://help.example/c/web"}
    assert stage.admin("PATCH", "/v1/admin/channels/shop", {"closure": closure}).status == 200
    stage.clock.advance(6)
    stage.write(UNDECIDED + " today", sender="c3")
    stage.drain("events")
    assert stage.said(sender="c3")[-1][1].startswith("Write to us here")
    assert len(model.asked) == asked


def test_without_the_setting_no_model_is_asked(tmp_path: Path) -> None:
    """It is off by default: nothing is rehearsed, and a message is answered as before."""
    model = Returns()
    stage = staged(tmp_path, model)
    stage.write(UNDECIDED)
    stage.drain("events")
    current = current_index(stage.backend.blobs(), "shop")
    assert current is not None
    assert current.picks is None
    assert model.asked == []


def returns() -> str:
    """Return the answer of the article on returns."""
    lines = map(json.loads, articles_file().splitlines())
    return next(str(each["answer"]) for each in lines if each["id"] == "en-returns")
