"""The fields of a provider's channel come from files and the input, and are never printed."""

import json
from pathlib import Path
from typing import Any

import pytest
from fake_instance import FakeInstance, Run

pytestmark = pytest.mark.enable_socket

ADD = ("channel", "add", "line", "--kind", "line")
PUT, SECRET = "PUT /v1/admin/channels/line", "POST /v1/admin/channels/line/secret"
ADDED: dict[str, Any] = {
    "channel": {"id": "line", "kind": "line"},
    "hook_path": "/v1/hooks/line/line",
    "hook_url": "https://chat.example.com/v1/hooks/line/line",
    "steps": ["Enter {hook_url}", "Turn it on"],
}


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """Return a file with a field, as an editor of Windows may write it."""
    file = tmp_path / "secret"
    file.write_text("\ufefffrom-a-file\r\n", encoding="utf-8")
    return file


def test_a_providers_channel_is_added(surgeline: Run, instance: FakeInstance, secret: Path) -> None:
    """The fields are sent, the URL and the steps are printed, and no field is."""
    instance.answer(PUT, ADDED)
    fields = ("--field", f"channel_secret=@{secret}", "--field", "channel_access_token=-")
    key = {"SURGELINE_ADMIN_KEY": "key"}
    more = ("--api-base", "http://127.0.0.1:9001", "--url", instance.url)
    result = surgeline(*ADD, *fields, *more, env=key, input="from-the-input\n")
    assert result.exit_code == 0, result.output
    assert instance.asked[0].json == {
        "kind": "line",
        "api_base": "http://127.0.0.1:9001",
        "fields": {"channel_secret": "from-a-file", "channel_access_token": "from-the-input"},
        "public_url": instance.url,
    }
    assert "1. Enter https://chat.example.com/v1/hooks/line/line" in result.output
    assert "surgeline channel check line" in result.output
    assert "from-" not in result.output


def test_the_hooks_url_is_told_to_programs(operator: Run, instance: FakeInstance) -> None:
    """With --json the URL stands under `hook_url`."""
    instance.answer(PUT, ADDED)
    result = operator(*ADD, "--field", "channel_secret=a", "--json")
    assert json.loads(result.output)["hook_url"] == ADDED["hook_url"]


def test_the_address_that_the_provider_calls_is_sent(operator: Run, instance: FakeInstance) -> None:
    """Another address than the operator's own is sent with the fields, or alone.

    Alone it leaves the other settings as they are.
    """
    instance.answer(PUT, ADDED)
    instance.answer(PUT, ADDED)
    known = {"id": "line", "kind": "line", "knowledge_base": "b", "api_base": "https://a.test"}
    channels = {"configuration": {"channels": [{"id": "web", "kind": "web"}, known]}}
    instance.answer("GET /v1/admin/configuration", channels)
    public = ("--public-url", "https://chat.example.com/")
    assert operator(*ADD, "--field", "channel_secret=a", *public).exit_code == 0
    assert operator(*ADD, *public).exit_code == 0
    first, _, second = instance.asked
    assert first.json["public_url"] == "https://chat.example.com"
    assert second.json == {**known, "public_url": "https://chat.example.com"}


def test_a_missing_field_is_told_with_its_place(operator: Run, instance: FakeInstance) -> None:
    """The instance's words say where the field is found."""
    problem = "fields.channel_secret: is missing; find it in: the console"
    error = {"code": "invalid", "message": "not valid", "problems": [problem]}
    instance.answer(PUT, (422, {"error": error}))
    result = operator(*ADD)
    assert result.exit_code == 2
    assert "--field channel_secret: is missing; find it in: the console" in result.output


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (("channel_secret",), "give NAME=@FILE"),
        (("=a",), "give NAME=@FILE"),
        (("a=1", "a=2"), "given twice"),
        (("a=-", "b=-"), "only one field comes from the input (a)"),
        (("a=@absent",), "absent can't be read: No such file"),
    ],
)
def test_a_field_that_cant_be_read_is_named(
    operator: Run, fields: tuple[str, ...], words: str
) -> None:
    """A wrong --field is wrong use, told by its name."""
    result = operator(*ADD, *(part for each in fields for part in ("--field", each)))
    assert result.exit_code == 2
    assert words in result.output


def test_a_signed_channel_needs_its_reply_url(operator: Run) -> None:
    """Without a kind the channel is a signed one."""
    result = operator("channel", "add", "app")
    assert result.exit_code == 2
    assert "--reply-url" in result.output


def test_fields_are_rotated(operator: Run, instance: FakeInstance) -> None:
    """The new fields are sent, and the next step is told."""
    instance.answer(SECRET, {"good": 2})
    result = operator("channel", "rotate", "line", "--field", "channel_access_token=next")
    assert instance.asked[0].json == {"finish": False, "fields": {"channel_access_token": "next"}}
    assert "surgeline channel rotate line --finish" in result.output
    assert "next\n" not in result.output


@pytest.mark.parametrize(("ok", "code"), [(True, 0), (False, 1)])
def test_a_check_tells_what_is_missing(
    operator: Run, instance: FakeInstance, ok: bool, code: int
) -> None:
    """Each try has a line, and a failed one makes the exit code 1."""
    findings = [{"name": "hook", "ok": ok, "said": "then `surgeline channel rotate ID`"}]
    instance.answer("POST /v1/admin/channels/line/check", {"hook_url": "", "findings": findings})
    result = operator("channel", "check", "line")
    assert result.exit_code == code
    assert "hook: then `surgeline channel rotate line`" in result.output
    assert operator("channel", "check", "line", "--json").exit_code == code


def test_a_setting_of_the_kind_is_sent(operator: Run, instance: FakeInstance) -> None:
    """A further setting is sent beside the usual ones, when a channel is added or changed."""
    instance.answer(PUT, ADDED)
    operator(*ADD, "--field", "channel_secret=a", "--setting", "template=reply_later")
    assert instance.asked[0].json["template"] == "reply_later"
    instance.answer("PATCH /v1/admin/channels/line", ADDED)
    operator("channel", "change", "line", "--setting", "template=other")
    assert instance.asked[-1].json == {"template": "other"}


@pytest.mark.parametrize(
    ("given", "said"),
    [(["template"], "--setting: give NAME=VALUE."), (["a=1", "a=2"], "it is given twice")],
)
def test_a_setting_needs_a_name_and_a_value(operator: Run, given: list[str], said: str) -> None:
    """A setting without a value, and one that is given twice, are refused."""
    words = [word for each in given for word in ("--setting", each)]
    result = operator("channel", "change", "line", *words)
    assert result.exit_code != 0
    assert said in result.output
