"""The newest publication answers, in whatever order and however often builds are announced."""

import json
from collections.abc import Callable
from itertools import count
from pathlib import Path
from urllib.parse import quote_plus

import pytest
from surgeline.application.answers.encoders import Encoders
from surgeline.application.answers.publish_knowledge import (
    build_knowledge,
    source_key,
    upload_knowledge,
)
from surgeline.application.answers.review_answers import judge_uploaded
from surgeline.application.answers.starters import kept_starters
from surgeline.application.answers.states.change_state import change_state
from surgeline.application.answers.states.check_states import Gate
from surgeline.application.answers.states.ledger import read_ledger
from surgeline.application.ports.blobs import Blobs
from surgeline.errors import Unavailable
from surgeline.knowledge.articles.life import Step

from local.engine.blobs import FileBlobs
from local.virtual.shop import ARTICLES, articles_file
from tests.functions.stage import Stage

PATH = "/v1/admin/knowledge/shop"
ASKED = "When are you open?"


def uploaded(stage: Stage, hours: str) -> tuple[str, bytes, int]:
    """Upload articles with these opening hours; their key, their bytes and the time."""
    stage.clock.advance(60)
    raw = articles_file((ARTICLES[0] | {"answer": hours}, ARTICLES[1]))
    version = stage.admin("PUT", PATH, raw).json["version"]
    return f"knowledge-sources/shop/{version}.jsonl", raw, stage.clock.now()


def announced(stage: Stage, upload: tuple[str, bytes, int]) -> None:
    """Play the bucket's event for an upload, which says when the upload was."""
    key, raw, at = upload
    stage.upload(key, raw, at=at)


def version_of(upload: tuple[str, bytes, int]) -> str:
    """Return the version of an upload."""
    return upload[0].rpartition("/")[2].removesuffix(".jsonl")


def current(stage: Stage) -> str:
    """Return the version that answers."""
    return str(stage.admin("GET", PATH).json["current"])


def test_a_build_that_is_told_late_does_not_take_over(stage: Stage) -> None:
    """An older version whose build ends after a newer one's is kept, and does not answer."""
    first, second = uploaded(stage, "One."), uploaded(stage, "Two.")
    announced(stage, second)
    announced(stage, first)
    assert current(stage) == version_of(second)
    assert stage.admin("POST", f"{PATH}/rollback", {"version": version_of(first)}).status == 200


def test_a_build_that_is_told_again_does_not_take_over(stage: Stage) -> None:
    """A repeated event of an older version changes nothing, and builds nothing."""
    first, second = uploaded(stage, "One."), uploaded(stage, "Two.")
    announced(stage, first)
    announced(stage, second)
    history = stage.backend.blobs().keys("knowledge/shop/history/")
    stage.clock.advance(3600)
    announced(stage, first)
    announced(stage, second)
    assert current(stage) == version_of(second)
    assert stage.backend.blobs().keys("knowledge/shop/history/") == history


def test_a_rollback_is_not_undone_by_a_repeated_build(stage: Stage) -> None:
    """A late event of a version that was left changes nothing after going back."""
    first, second = uploaded(stage, "One."), uploaded(stage, "Two.")
    announced(stage, first)
    announced(stage, second)
    stage.clock.advance(60)
    stage.admin("POST", f"{PATH}/rollback", {})
    announced(stage, second)
    assert current(stage) == version_of(first)


def test_what_is_published_after_a_rollback_answers(stage: Stage) -> None:
    """Uploading the version that was left once more means it."""
    first, second = uploaded(stage, "One."), uploaded(stage, "Two.")
    announced(stage, first)
    announced(stage, second)
    stage.clock.advance(60)
    stage.admin("POST", f"{PATH}/rollback", {})
    announced(stage, uploaded(stage, "Two."))
    assert current(stage) == version_of(second)


def test_a_rollback_is_obeyed_though_the_clock_went_back(stage: Stage) -> None:
    """A person means the version that answers, whatever the clocks say."""
    first, second = uploaded(stage, "One."), uploaded(stage, "Two.")
    announced(stage, first)
    announced(stage, second)
    stage.clock.advance(-7200)
    stage.admin("POST", f"{PATH}/rollback", {})
    assert current(stage) == version_of(first)
    announced(stage, second)
    assert current(stage) == version_of(first)


def test_a_build_that_was_cut_off_before_the_pointer_moved_is_finished(stage: Stage) -> None:
    """The repeated event moves the pointer, and builds nothing again."""
    blobs = stage.backend.blobs()
    before = blobs.get("knowledge/shop/current")
    upload = uploaded(stage, "One.")
    announced(stage, upload)
    blobs.put("knowledge/shop/current", before)
    history = blobs.keys("knowledge/shop/history/")
    announced(stage, upload)
    assert current(stage) == version_of(upload)
    assert blobs.keys("knowledge/shop/history/") == history


@pytest.mark.parametrize("told", [str, quote_plus], ids=["as it is", "encoded"])
def test_a_file_of_any_name_is_found(stage: Stage, told: Callable[[str], str]) -> None:
    """An upload is found whether its event writes the name plainly or encoded as in a URL."""
    key, raw = "knowledge-sources/shop/faq+returns 1.jsonl", articles_file()
    stage.backend.blobs().put(key, raw)
    record = {"s3": {"bucket": {"name": "artifacts"}, "object": {"key": told(key)}}}
    stage.call("knowledge_build", {"Records": [record]})
    assert current(stage) == "faq+returns 1"


class Meanwhile:
    """Blobs of a home in which somebody else acts just before the pointer is swapped."""

    def __init__(self, blobs: Blobs, act: Callable[[], object]) -> None:
        """Let `act` happen once."""
        self._blobs = blobs
        self._acts = [act]
        self.get, self.put, self.keys = blobs.get, blobs.put, blobs.keys

    def swap(self, key: str, body: bytes, *, was: bytes | None) -> None:
        """Swap the blob after somebody else's change."""
        if key.endswith("/current") and self._acts:
            self._acts.pop()()
        self._blobs.swap(key, body, was=was)


def test_a_version_published_while_another_is_pointed_to_is_not_lost(stage: Stage) -> None:
    """Two builds that end together leave the newer version answering."""
    first, second = uploaded(stage, "One."), uploaded(stage, "Two.")
    blobs = Meanwhile(stage.backend.blobs(), lambda: announced(stage, second))
    built = build_knowledge(blobs, first[0], at=stage.clock.now(), announced_at=first[2])
    assert not built.answers
    assert current(stage) == version_of(second)


def unheard(*_: object, **__: object) -> None:
    """Take an alarm that nobody hears."""


def no_image(encoder: str) -> bytes:
    """Return no weights: the lexical tier needs none."""
    raise KeyError(encoder)


def reviews(stage: Stage, *, wrong: int) -> tuple[str, bytes, int]:
    """Upload 300 reviews, some of them wrong; their key, their bytes and the time."""
    stage.clock.advance(60)
    rows = [{"text": ASKED, "article": "en-hours", "right": n >= wrong} for n in range(300)]
    raw = "\n".join(map(json.dumps, rows)).encode()
    version = stage.admin("PUT", f"{PATH}/reviews", raw).json["reviews"]
    return f"knowledge-sources/shop/reviews/{version}.jsonl", raw, stage.clock.now()


def test_a_version_published_while_reviews_are_judged_is_not_lost(stage: Stage) -> None:
    """The threshold is judged again on the version that answers by then."""
    judged, upload = reviews(stage, wrong=100), uploaded(stage, "Two.")
    blobs = Meanwhile(stage.backend.blobs(), lambda: announced(stage, upload))
    live = judge_uploaded(blobs, judged[0], Encoders(no_image, unheard), unheard)
    assert live is not None
    pointer = json.loads(blobs.get("knowledge/shop/current"))
    assert (pointer["version"], pointer["threshold"]) == (version_of(upload), live.threshold)
    assert stage.admin("GET", f"{PATH}/reviews").json["version"] == version_of(upload)


def test_reviews_that_are_told_late_do_not_count(stage: Stage) -> None:
    """An older set whose event comes after a newer one's changes nothing."""
    older, newer = reviews(stage, wrong=100), reviews(stage, wrong=0)
    announced(stage, newer)
    announced(stage, older)
    assert stage.admin("GET", f"{PATH}/reviews").json["wrong"] == 0


# ---------------------------------------------------------------- states


class Writes:
    """Blobs that call `before` with the number and the key of each write, before the write."""

    def __init__(self, blobs: Blobs, before: Callable[[int, str], object]) -> None:
        """Count the writes from 1."""
        self._blobs, self._before, self._numbers = blobs, before, count(1)
        self.get, self.keys = blobs.get, blobs.keys

    def put(self, key: str, body: bytes) -> None:
        """Put the blob."""
        self._before(next(self._numbers), key)
        self._blobs.put(key, body)

    def swap(self, key: str, body: bytes, *, was: bytes | None) -> None:
        """Swap the blob."""
        self._before(next(self._numbers), key)
        self._blobs.swap(key, body, was=was)


def published(folder: Path) -> tuple[FileBlobs, str]:
    """Return blobs with a version that answers, and the key of the next one, with a draft."""
    blobs = FileBlobs(folder)
    first = upload_knowledge(blobs, "shop", articles_file(), "shop.jsonl", at=1)
    build_knowledge(blobs, source_key("shop", first.version), at=1)
    next_one = articles_file((ARTICLES[0] | {"state": "draft"}, *ARTICLES[1:]))
    second = upload_knowledge(blobs, "shop", next_one, "shop.jsonl", at=2)
    return blobs, source_key("shop", second.version)


def everything(blobs: Blobs) -> dict[str, bytes]:
    """Return every blob by its key."""
    return {key: blobs.get(key) for key in blobs.keys("")}


def test_a_build_that_is_cut_off_before_any_write_is_finished_by_its_repeat(tmp_path: Path) -> None:
    """The repeat leaves the same as one whole build, and a draft never answers."""
    whole, key = published(tmp_path / "whole")
    written: list[str] = []
    build_knowledge(Writes(whole, lambda _, name: written.append(name)), key, at=2)
    assert read_ledger(whole, "shop").states == {"en-hours": "draft"}
    for last in range(1, len(written) + 1):
        blobs, key = published(tmp_path / str(last))

        def cut(number: int, _: str, last: int = last) -> None:
            if number == last:
                raise Unavailable("the process ends here")

        with pytest.raises(Unavailable):
            build_knowledge(Writes(blobs, cut), key, at=2)
        assert build_knowledge(blobs, key, at=2).answers
        assert everything(blobs) == everything(whole), f"cut off before {written[last - 1]}"


def test_a_pause_that_is_made_during_a_build_stands(tmp_path: Path) -> None:
    """A file that says nothing of the article's state does not take the pause back."""
    blobs, key = published(tmp_path)

    def pause(_: int, name: str) -> None:
        if name.endswith(".index"):
            step = Step(2, "Ann", "moved", "wrong")
            change_state(blobs, "shop", step, Gate(), article_id="en-returns", after="paused")

    build_knowledge(Writes(blobs, pause), key, at=2)
    assert read_ledger(blobs, "shop").states == {"en-hours": "draft", "en-returns": "paused"}
    pointer = json.loads(blobs.get("knowledge/shop/current"))
    assert pointer["states"] == {"en-hours": "draft", "en-returns": "paused"}
    offered = str(kept_starters(blobs, "shop"))
    assert ARTICLES[0]["questions"][0] not in offered
    assert ARTICLES[1]["questions"][0] not in offered
