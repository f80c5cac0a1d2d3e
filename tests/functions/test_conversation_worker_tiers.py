"""An instance answers with a tier's weights when they are there, gone, damaged or different."""

import json
from pathlib import Path

import numpy as np
import pytest
from surgeline.application.answers.current_knowledge import Current, current_index
from surgeline.knowledge.arrays.artifact import pack
from surgeline.knowledge.encoders.weights import image_name

from local.virtual.shop import articles_file
from tests.functions.stage import Stage

PATH = "/v1/admin/knowledge/shop"
LETTERS = "▁abcdefghijklmnopqrstuvwxyz"


def write_weights(folder: Path, seed: int = 1) -> Path:
    """Return a static encoder of one random vector a letter, as `kb weights` keeps its images."""
    table = np.random.default_rng(seed).normal(size=(len(LETTERS), 8)).astype(np.float16)
    lines = {
        name: np.frombuffer("\n".join(texts).encode(), dtype=np.uint8)
        for name, texts in (("pieces", LETTERS), ("merges", ["a b"]))
    }
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / image_name("static")
    file.write_bytes(pack({"table": table, **lines}))
    return file


def staged(folder: Path, weights: Path, tier: str = "static") -> Stage:
    """Return a stage whose functions read their weights there, with articles that it built
    itself.
    """
    stage = Stage(folder, settings={"TIER": tier, "WEIGHTS": str(weights)})
    stage.admin("PUT", PATH, articles_file())
    for key in stage.backend.blobs().keys("knowledge-sources/"):
        stage.upload(key, stage.backend.blobs().get(key))
    return stage


def alarms(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return what was logged at a level that wakes somebody."""
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [line["message"] for line in lines if line["level"] in {"WARNING", "ERROR"}]


def tier_asked(stage: Stage) -> str:
    """Return the tier of the index that a question no author wrote was asked of; it did the
    comparing.
    """
    stage.write("until what hour is your store open on sunday")
    stage.drain("events")
    assert stage.said()[-1][0] in {"bot", "system"}
    current = current_index(stage.backend.blobs(), "shop")
    assert current is not None
    conversation = stage.thread().conversation.id
    shown = stage.admin("GET", f"/v1/admin/conversations/{conversation}").json["entries"]
    asked = [entry for entry in shown if entry["event"] == "customer_wrote"]
    assert asked[-1]["basis"]["tier"] == current.tier
    return current.tier


def test_the_tier_of_the_settings_builds_and_answers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An index is built and answered with the weights of the tier in the settings."""
    write_weights(tmp_path / "weights")
    stage = staged(tmp_path / "home", tmp_path / "weights")
    assert tier_asked(stage) == "static"
    assert alarms(capsys) == []
    keys = stage.backend.blobs().keys("knowledge/shop/")
    assert any(key.endswith(".static.index") for key in keys)


def test_f50_without_weights_the_lexical_tier_is_built(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Publishing without the static tier's weights works with the lexical tier, and an alarm is
    raised.
    """
    stage = staged(tmp_path / "home", tmp_path / "nowhere")
    assert tier_asked(stage) == "lexical"
    assert "weights_unusable" in alarms(capsys)


@pytest.mark.parametrize("harm", ["gone", "damaged", "different"])
def test_f50_weights_that_go_bad_cost_quality_never_the_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], harm: str
) -> None:
    """An index whose weights are gone, damaged or exchanged is answered with the lexical tier,
    with an alarm. Known questions are answered as before.
    """
    file = write_weights(tmp_path / "weights")
    stage = staged(tmp_path / "home", tmp_path / "weights")
    if harm == "gone":
        file.unlink()
    elif harm == "damaged":
        file.write_bytes(file.read_bytes()[:-400] + bytes(400))
    else:
        write_weights(tmp_path / "weights", seed=2)
    fresh = Stage(tmp_path / "home", settings=stage.settings, seed=1)
    fresh.write("When are you open?")
    fresh.drain("events")
    assert fresh.said()[-1] == ("bot", "We are open from Monday to Saturday, 9 to 18.")
    assert "answers_lexically" in alarms(capsys)


def test_another_tier_is_another_index_of_the_same_version(tmp_path: Path) -> None:
    """Going back to lexical builds beside what answers, and a worker notices."""
    write_weights(tmp_path / "weights")
    stage = staged(tmp_path / "home", tmp_path / "weights")
    before = current_index(stage.backend.blobs(), "shop")
    tier_asked(stage)
    back = Stage(
        tmp_path / "home",
        settings={**stage.settings, "TIER": "lexical"},
        begins_at=stage.clock.now(),
        seed=1,
    )
    for key in back.backend.blobs().keys("knowledge-sources/"):
        back.upload(key, back.backend.blobs().get(key))
    assert before is not None
    assert current_index(back.backend.blobs(), "shop") == Current(before.version, "lexical")
    stage.clock.advance(6)
    assert tier_asked(stage) == "lexical"
