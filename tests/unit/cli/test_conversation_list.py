"""`surgeline conversation list`: what it asks for, and how it shows what it gets."""

import json

import pytest
from fake_instance import FakeInstance, Run

pytestmark = pytest.mark.enable_socket

PATH = "GET /v1/admin/conversations"
LINE = {
    "conversation_id": "tone-1",
    "channel": "shop",
    "opened_at": "2026-03-01T12:00:00.000Z",
    "state": "open",
    "owner": "pool:ven\x1b[2Jdor",
    "ended_by": None,
    "first_reply_ms": 1200,
    "answered": True,
    "handed_off": None,
}


def test_conversations_are_listed_for_people_and_programs(
    operator: Run, instance: FakeInstance
) -> None:
    """People get a table without escapes of others. Programs get one object a line."""
    instance.answer(PATH, {"conversations": [LINE, LINE], "next_after": None})
    table = operator("conversation", "list").output
    for word in ("tone-1", "2026-03-01T12:00:00Z", "1.2 s", "yes", "unknown"):
        assert word in table
    assert "\x1b" not in table
    lines = operator("conversation", "list", "--json").output.splitlines()
    assert [json.loads(each) for each in lines] == [LINE, LINE]
    instance.answer(PATH, {"conversations": [], "next_after": None})
    assert operator("conversation", "list").output == "No conversations.\n"


def test_a_kept_request_shows_until_when(operator: Run, instance: FakeInstance) -> None:
    """The table says who has the conversation now, and until when its request is kept."""
    kept = LINE | {"owner": "bot", "kept_until": "2026-03-04T12:00:00.000Z"}
    instance.answer(PATH, {"conversations": [kept], "next_after": None})
    assert "bot, kept to 2026-03-04T12:00Z" in operator("conversation", "list", "--kept").output
    assert "kept=yes" in instance.asked[0].query


def test_pages_are_followed_until_there_are_enough(operator: Run, instance: FakeInstance) -> None:
    """A page that is not the last leads to the next one; --limit ends it."""
    instance.answer(PATH, {"conversations": [LINE], "next_after": "1-xa"})
    result = operator("conversation", "list", "--limit", "3", "--json")
    assert len(result.stdout.splitlines()) == 3
    assert result.stderr == "Go on with --after 1-xa\n"
    assert [each.query.partition("after=")[2] for each in instance.asked] == ["", "1-xa", "1-xa"]


def test_a_list_of_few_says_where_it_stopped(operator: Run, instance: FakeInstance) -> None:
    """Pages without anything that fits are followed for a while, and not for ever."""
    instance.answer(PATH, {"conversations": [], "next_after": "1-xa"})
    result = operator("conversation", "list", "--rejected", "--after", "9-xb")
    assert result.stdout == "No conversations.\n"
    assert result.stderr == "Few fit, so not all were looked at. Go on with --after 1-xa\n"
    assert len(instance.asked) == 20
    assert instance.asked[0].query.endswith("after=9-xb&limit=50")


def test_each_filter_is_asked_for(operator: Run, instance: FakeInstance) -> None:
    """What the options say is what the instance is asked."""
    instance.answer(PATH, {"conversations": [], "next_after": None})
    flags = ("--open", "--waiting", "--unanswered", "--rejected", "--handed-off")
    texts = ("--channel", "shop", "--sender", "c 1", "--pool", "north", "--article", "parcel")
    assert operator("conversation", "list", *flags, *texts, "--language", "ko").exit_code == 0
    assert instance.asked[0].query == (
        "open=yes&waiting=yes&unanswered=yes&rejected=yes&handed_off=yes"
        "&channel=shop&sender=c 1&pool=north&article=parcel&language=ko&limit=50"
    )
