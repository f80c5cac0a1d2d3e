"""A start takes the best tier by itself, and answers while the weights are on their way."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from surgeline.knowledge.answering.index import TIERS

from local.runner.provision import KNOWLEDGE_BASE
from tests.functions.test_conversation_worker_tiers import write_weights
from tests.instance import Instance
from tests.scenarios.test_up import eventually
from weights import fetch

Start = Callable[..., Instance]


def answering_tier(instance: Instance) -> str:
    """Return the tier of the knowledge that answers now."""
    pointer = instance.request(
        "GET",
        f"/v1/admin/knowledge/{KNOWLEDGE_BASE}",
        Authorization=f"Bearer {instance.admin_key}",
    )
    version = pointer.json()["current"]
    build = json.loads(instance.backend.blobs().get(f"knowledge/{KNOWLEDGE_BASE}/current"))
    assert build["version"] == version
    tier: str = build["tier"]
    return tier


def test_without_a_network_the_lexical_tier_goes_on_answering(
    surgeline_up: Start, tmp_path: Path
) -> None:
    """Weights that can't be fetched are told in a line each, and the instance stops cleanly."""
    offline = {"PIP_NO_INDEX": "1", "XDG_CACHE_HOME": str(tmp_path), "SURGELINE_TIER": "static"}
    instance = surgeline_up(simulators=False, environ=offline)
    eventually(lambda: "the next start tries static again" in instance.output, seconds=60)
    assert "tier lexical answers while the weights of tier static are fetched" in instance.output
    assert instance.output.count("could not be fetched") == 1
    assert answering_tier(instance) == "lexical"
    assert instance.stop() == 0
    assert instance.pids() == []


def test_a_start_with_weights_at_hand_begins_with_their_tier(
    surgeline_up: Start, tmp_path: Path
) -> None:
    """Nothing is fetched or said where the weights are in the cache already."""
    write_weights(tmp_path / "surgeline" / "weights")
    at_hand = {"PIP_NO_INDEX": "1", "XDG_CACHE_HOME": str(tmp_path), "SURGELINE_TIER": "static"}
    instance = surgeline_up(simulators=False, environ=at_hand)
    assert answering_tier(instance) == "static"
    assert "tier" not in instance.output


def test_the_wanted_tier_takes_over_when_its_weights_arrive(
    surgeline_up: Start, tmp_path: Path
) -> None:
    """A running instance builds its knowledge again, without a restart."""
    write_weights(tmp_path / "surgeline" / "weights")
    instance = surgeline_up(
        simulators=False,
        program=(sys.executable, "-c", ARRIVING),
        environ={"XDG_CACHE_HOME": str(tmp_path)},
    )
    eventually(lambda: "tier static answers from now on" in instance.output, seconds=60)
    assert answering_tier(instance) == "static"


ARRIVING = """
import sys
from pathlib import Path
from local.runner import up
up._tiers = lambda choice: ("static", "lexical")  # as a start before the weights arrive
_, _, port, _, home, *_ = sys.argv
sys.exit(up.run(int(port), Path(home), False, tier="static"))
"""


def test_best_is_the_first_tier_whose_libraries_are_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without onnxruntime takes static, and one without both takes lexical."""
    lacking: set[str] = set()
    monkeypatch.setattr(fetch, "find_spec", lambda name: None if name in lacking else object())
    found = [fetch.meant(fetch.BEST)]
    for library in ("onnxruntime", "numpy"):
        lacking.add(library)
        found.append(fetch.meant(fetch.BEST))
    assert found == [*reversed(TIERS)]
    assert [fetch.meant(tier) for tier in TIERS] == [*TIERS]
