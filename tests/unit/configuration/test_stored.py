"""Stored configurations: those of the first release, and those of a release that is to come."""

import json
from pathlib import Path
from typing import Any

import pytest
from surgeline.adapters.channels.signed import SignedChannel
from surgeline.adapters.channels.web import WebChannel
from surgeline.adapters.configuration.format import ConfigurationFormat
from surgeline.adapters.configuration.kinds import CHANNELS
from surgeline.adapters.pools.webhook import Webhook
from surgeline.domain.routing import Step
from surgeline.errors import Unprocessable

FORM = ConfigurationFormat()
POOL = {"id": "p", "kind": "outsourced", "url": "https://p.example/"}
FIRST_RELEASE = {
    "channels": [
        {
            "id": "web",
            "kind": "web",
            "knowledge_base": "shop",
            "reply_url": None,
            "origins": ["*"],
        },
        {
            "id": "app",
            "kind": "signed",
            "knowledge_base": "shop",
            "reply_url": "https://app.example/",
            "origins": ["*"],
        },
    ],
    "pools": [POOL],
    "rules": {},
    "schema": 1,
    "routing": {"steps": [{"pools": ["p"]}], "longest_wait_seconds": 60},
}
"""As release 0.1.0 stored and showed it: every field at every channel."""


def decoded(document: Any) -> Any:
    return FORM.decode(json.dumps(document).encode())


def test_what_the_first_release_stored_is_read() -> None:
    """Fields of another kind are ignored, a pool without `reached_by` is reached by webhook."""
    found = decoded(FIRST_RELEASE)
    assert [each.settings for each in found.channels] == [
        WebChannel(("*",)),
        SignedChannel("https://app.example/"),
    ]
    assert found.pools[0].settings == Webhook("https://p.example/")
    assert found.unknown == ()


def test_every_field_that_the_first_release_stored_is_kept() -> None:
    """Pools, rules and steps with all their fields are shown as that release wrote them.

    Fields that came later have their defaults.
    """
    written = json.loads(Path(__file__).with_name("first_release.json").read_text("ascii"))
    shown = FORM.shown(decoded(written))
    for pool, before in zip(shown["pools"], written["pools"], strict=True):
        assert pool.items() >= before.items()
    assert shown["rules"].items() >= written["rules"].items()
    steps, known = shown["routing"].pop("steps"), written["routing"].pop("steps")
    for step, before in zip(steps, known, strict=True):
        assert step.items() >= before.items()
    assert shown["routing"].items() >= written["routing"].items()


def test_what_the_first_release_showed_is_published_as_it_is() -> None:
    """A file that `config show` wrote then has no slip in it now."""
    assert FORM.parse(FIRST_RELEASE, allow_loopback=False) == decoded(FIRST_RELEASE)


@pytest.mark.parametrize(
    ("item", "newer"),
    [
        ("channels", {"id": "x", "kind": "pigeon", "loft": 3}),
        ("channels", {"id": "x", "kind": "signed", "reply_url": {"by": "region"}}),
        ("channels", {"id": "x"}),
        ("pools", POOL | {"id": "x", "kind": "on_call"}),
        ("pools", POOL | {"id": "x", "redaction": "names"}),
        ("pools", {"id": "x", "kind": "in_house", "reached_by": "carrier_pigeon", "desk": 1}),
    ],
)
def test_what_is_not_known_is_kept_in_its_place(item: str, newer: dict[str, Any]) -> None:
    """An unknown part is written back as stored, so an older release's change loses nothing."""
    document = FIRST_RELEASE | {item: [newer, *FIRST_RELEASE[item]]}  # type: ignore[misc] # lists
    found = decoded(document)
    assert [(each.id, each.position) for each in found.unknown] == [("x", 0)]
    assert FORM.shown(found)[item][0] == newer
    changed = FORM.parse(FORM.shown(found), allow_loopback=False, stored=found)
    assert changed == found


def test_a_person_can_not_write_what_is_not_known() -> None:
    """A person cannot write an unknown kind, because only stored ones are kept."""
    document = {"channels": [{"id": "x", "kind": "pigeon"}]}
    for stored in (None, decoded({"channels": [{"id": "x", "kind": "dove"}]})):
        with pytest.raises(Unprocessable) as refusal:
            FORM.parse(document, allow_loopback=False, stored=stored)
        assert refusal.value.problems == (
            f"channels[0].kind: 'pigeon' is none of {', '.join(CHANNELS)}",
        )


def test_a_step_of_a_newer_release_asks_nobody_and_keeps_its_time() -> None:
    """The others have their turn as they had."""
    steps = [{"kind": "on_call", "seconds": 20}, {"pools": ["p"]}]
    found = decoded(FIRST_RELEASE | {"routing": {"steps": steps}})
    assert [each.seconds for each in found.routing.steps] == [20, None]
    assert found.routing.steps[1] == Step(pools=("p",))


def test_every_problem_is_told_at_once() -> None:
    """Types, fields and rules of several places, each with its own."""
    document = {
        "channels": [{"id": "A", "kind": "web"}, {"id": "b", "kind": "signed"}, 5],
        "pools": "none",
        "rules": {"gap_seconds": "long"},
        "texts": {},
    }
    with pytest.raises(Unprocessable) as refusal:
        FORM.parse(document, allow_loopback=False)
    assert [each.partition(":")[0] for each in refusal.value.problems] == [
        "texts",
        "channels[0].id",
        "channels[1].reply_url",
        "channels[2]",
        "pools",
        "rules.gap_seconds",
    ]
