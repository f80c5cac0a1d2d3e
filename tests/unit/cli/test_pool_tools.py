"""Pools that work in tools of their own are added, checked and given new fields by commands."""

import pytest
from fake_instance import FakeInstance, Run

pytestmark = pytest.mark.enable_socket

PUT = "PUT /v1/admin/pools/team"
ADDED = {
    "pool": {"id": "team", "reached_by": "slack"},
    "hook_url": "https://chat.example/v1/desks/slack/team",
    "steps": ["Enter {hook_url}", "Invite the app"],
}
ADD = ("pool", "add", "team", "--reached-by", "slack", "--setting", "channel=C0123ABCD")


def test_a_tool_is_added_with_its_settings_and_fields(
    operator: Run, instance: FakeInstance
) -> None:
    """One command sends everything, and tells what is left to do in the tool."""
    instance.answer(PUT, ADDED)
    given = ("--field", "signing_secret=a", "--field", "bot_token=b", "--priority", "3")
    result = operator(*ADD, *given)
    assert result.exit_code == 0, result.output
    sent = instance.asked[0].json
    assert sent["reached_by"] == "slack"
    assert sent["channel"] == "C0123ABCD"
    assert sent["fields"] == {"signing_secret": "a", "bot_token": "b"}
    assert sent["priority"] == 3
    assert "kind" not in sent
    assert "1. Enter https://chat.example/v1/desks/slack/team" in result.output
    assert "surgeline pool check team" in result.output


def test_people_may_be_named_several_times(operator: Run, instance: FakeInstance) -> None:
    """Each of the people is an address of its own."""
    instance.answer(PUT, ADDED | {"hook_url": None})
    people = ("--setting", "people=kim@a.example", "--setting", "people=@b.example")
    operator("pool", "add", "team", "--reached-by", "email", *people)
    assert instance.asked[0].json["people"] == ["kim@a.example", "@b.example"]


def test_fields_are_for_tools(operator: Run, instance: FakeInstance) -> None:
    """A pool that is reached by webhook has no fields, and the tools are named."""
    result = operator("pool", "add", "v", "--endpoint", "https://v.example", "--field", "a=b")
    assert result.exit_code == 2
    assert "--reached-by: email, slack, chatwoot, zendesk" in result.output
    assert instance.asked == []


@pytest.mark.parametrize(("ok", "code"), [(True, 0), (False, 1)])
def test_a_tool_is_checked(operator: Run, instance: FakeInstance, ok: bool, code: int) -> None:
    """Each try has a line, and a failed one makes the exit code 1."""
    findings = [{"name": "hook", "ok": ok, "said": "`surgeline pool rotate ID --field a=-`"}]
    instance.answer("POST /v1/admin/pools/team/check", {"hook_url": "", "findings": findings})
    result = operator("pool", "check", "team")
    assert result.exit_code == code
    assert "hook: `surgeline pool rotate team --field a=-`" in result.output


def test_a_tools_fields_are_rotated(operator: Run, instance: FakeInstance) -> None:
    """The new fields are sent, and the next step is told."""
    instance.answer("POST /v1/admin/pools/team/secret", {"good": 2})
    result = operator("pool", "rotate", "team", "--field", "bot_token=next")
    assert instance.asked[0].json == {"finish": False, "fields": {"bot_token": "next"}}
    assert "surgeline pool rotate team --finish" in result.output
