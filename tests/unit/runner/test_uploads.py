"""Uploads wake their function; failures are tried again, then dead-lettered."""

import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from local.home.backend import open_home
from local.home.plan import DEFAULT, UPLOADS_QUEUE
from local.runner.lanes import upload
from local.runner.lanes.in_hand import InHand

PLAN = replace(DEFAULT, handlers="tests_of_uploads_{name}")
KEY = "knowledge-sources/shop/1.jsonl"


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Return the function's events, where the function fails while `broken` is set on the
    module.
    """
    seen: list[dict[str, Any]] = []
    module = ModuleType("tests_of_uploads_knowledge_build")

    def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
        seen.append(event)
        if getattr(module, "broken", False):
            raise RuntimeError
        return {}

    module.handler = handler  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return seen


def test_only_blobs_below_a_prefix_are_uploads(tmp_path: Path, calls: list[Any]) -> None:
    """Only an upload wakes the build, and other blobs wake nobody."""
    backend = open_home(tmp_path, PLAN)
    backend.blobs().put("configuration/current", b"{}")
    assert backend.queue(UPLOADS_QUEUE).next_visible_at() is None
    backend.blobs().put(KEY, b"{}")
    upload.handle_uploads(backend, PLAN, InHand(tmp_path / "in"), lambda: False)
    [event] = calls
    assert event["Records"][0]["s3"]["object"]["key"] == KEY


def test_a_failing_build_is_tried_three_times(
    tmp_path: Path, calls: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failing build is tried three times with a pause and is then a dead letter, as on Lambda."""
    monkeypatch.setattr(upload, "RETRY_SECONDS", 0)
    monkeypatch.setattr(sys.modules["tests_of_uploads_knowledge_build"], "broken", True, False)
    backend = open_home(tmp_path, PLAN)
    backend.blobs().put(KEY, b"{}")
    upload.handle_uploads(backend, PLAN, InHand(tmp_path / "in"), lambda: False)
    assert len(calls) == 3
    [letter] = backend.dead_letters().list()
    assert letter.queue == UPLOADS_QUEUE


def test_an_upload_that_was_cut_short_comes_back(tmp_path: Path, calls: list[Any]) -> None:
    """An upload that a dead process had in hand is taken at once by the next process."""
    backend = open_home(tmp_path, PLAN)
    backend.blobs().put(KEY, b"{}")
    [message] = backend.queue(UPLOADS_QUEUE).receive(1)
    InHand(tmp_path / "in").hold([message.receipt])
    upload.handle_uploads(backend, PLAN, InHand(tmp_path / "in"), lambda: False)
    assert len(calls) == 1
