"""Slack's events become what a person did, and first messages are as Slack's SDK has them."""

from dataclasses import replace
from typing import Any

import pytest
from slack_sdk.models.blocks import Block
from surgeline.adapters.desks.slack.hook import BUTTONS, read
from surgeline.adapters.desks.slack.render import OFFERED, TAKEN, first_message
from surgeline.adapters.desks.slack.settings import SlackDesk, settings_problems
from surgeline.adapters.hooks import Ignored
from surgeline.application.configuration import PoolSettings
from surgeline.application.desks.acts import (
    Attached,
    Closed,
    Corrected,
    DeskSaid,
    Noted,
    Said,
    Took,
    Unsent,
)

from local.simulators.desks.slack import SlackTeam

NOON, ROOT = 1_772_366_400_000, "1772366399.000100"
FILE = Attached("https://files.slack.com/files-pri/T0-F0FILE/a.pdf", "a.pdf")
TEAM = SlackTeam("secret", "token")
POOL = PoolSettings("team", "in_house", SlackDesk(TEAM.channel), "slack")


def told(**event: Any) -> dict[str, Any]:
    """Return the object of an event in the channel, with these fields."""
    usual = {"type": "message", "user": "U0KIM", "text": "Hello", "ts": "1772366400.000200"}
    return TEAM.hears({**usual, "thread_ts": ROOT, **event}, now=NOON)


def heard(said: dict[str, Any]) -> DeskSaid | Ignored:
    [found] = read(POOL, said)
    return found


def test_a_reply_in_a_thread_is_words() -> None:
    """The thread is the place, and the reply's own time names it."""
    assert heard(told()) == DeskSaid(
        f"{TEAM.channel}/{ROOT}", "message/1772366400.000200", (Said("Hello"),), "U0KIM"
    )


def test_marks_of_slack_are_read_as_people_see_them() -> None:
    """Links and escapes become what the person sees."""
    found = heard(told(text="1 &lt; 2, see <https://shop.example|our page>"))
    assert isinstance(found, DeskSaid)
    assert found.acts == (Said("1 < 2, see our page (https://shop.example)"),)


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ({"thread_ts": None}, "outside a thread"),
        ({"thread_ts": "1772366400.000200"}, "outside a thread"),
        ({"channel": "C0OTHER"}, "another channel"),
        ({"bot_id": "B0OURS", "app_id": "A0SURGELINE"}, "echo"),
        ({"bot_id": "B0OTHER"}, "bot"),
        ({"user": "USLACKBOT"}, "no sender"),
        ({"subtype": "channel_join"}, "other event"),
        ({"text": ""}, "without words"),
        ({"ts": "soon"}, "malformed"),
        ({"thread_ts": {"a": 1}}, "malformed"),
        ({"type": "reaction_added"}, "other reaction"),
        ({"type": "pin_added"}, "other event"),
    ],
)
def test_all_else_is_ignored_by_its_kind(event: dict[str, Any], kind: str) -> None:
    """Talk beside the threads, apps, and other channels say nothing."""
    assert heard(told(**event)) == Ignored(kind)


def test_a_check_mark_below_the_first_message_closes() -> None:
    """Only a person's check mark counts, and only there."""
    found = heard(TEAM.react({"ts": ROOT}, "white_check_mark", "U0KIM", now=NOON))
    assert isinstance(found, DeskSaid)
    assert (found.ref, found.acts) == (f"{TEAM.channel}/{ROOT}", (Closed(),))
    assert heard(TEAM.react({"ts": ROOT}, "eyes", "U0KIM", now=NOON)) == Ignored("other reaction")


@pytest.mark.parametrize(
    ("text", "acts"),
    [
        ("Hello", (Said("Hello"), FILE)),
        ("", (FILE,)),
        ("Bye\n#resolve", (Said("Bye"), FILE, Closed())),
        ("#resovle", (Unsent("word", "resovle"),)),
        ("// inside", (Noted("inside"),)),
    ],
)
def test_a_file_stands_behind_the_words(text: str, acts: Any) -> None:
    """A file goes after the words and before an end. One beside a note stays inside."""
    file = {"id": "F0FILE", "name": "a.pdf", "url_private": FILE.ref}
    found = heard(told(subtype="file_share", text=text, files=[file]))
    assert isinstance(found, DeskSaid)
    assert found.acts == acts


def test_a_deletion_is_an_edit_that_is_not_sent() -> None:
    """The customer has what was written, and the person is told so. A deleted note is nothing."""
    before = told()["event"]
    event = {"subtype": "message_deleted", "deleted_ts": before["ts"], "previous_message": before}
    found = heard(told(**event, text=None, user=None))
    assert isinstance(found, DeskSaid)
    assert found.acts == (Unsent("taken_back"),)
    note = {**event, "previous_message": {**before, "text": "// inside"}}
    assert heard(told(**note, text=None, user=None)) == Ignored("a note")


@pytest.mark.parametrize(
    ("before", "now", "act"),
    [
        ("It costs 10.", "It costs 12.", Corrected("It costs 12.", "message/{}/0", NOON, NOON)),
        ("#accept\nHi", "#accept\nHello", Corrected("Hello", "message/{}/1", NOON, NOON)),
        ("Hello\n#return", "Hello", Unsent("edit")),
        ("Hello", "Hello\n#resovle", Unsent("word", "resovle")),
        ("#resovle", "Hello", Unsent("edit")),
        ("Hello", "// inside", Unsent("edit")),
        ("// inside", "Hello", Unsent("edit")),
        ("Hello", " Hello ", None),
    ],
)
def test_an_edit_corrects_words_alone(before: str, now: str, act: Any) -> None:
    """Only words of a reply are corrected. Commands and notes are not done or undone by an edit."""
    said = told(text=before, ts="1772366400.000000")
    found = heard(TEAM.edit(said, now, now=NOON))
    if act is None:
        assert found == Ignored("unchanged")
        return
    if isinstance(act, Corrected):
        act = replace(act, of=act.of.format("1772366400.000000"))
    assert isinstance(found, DeskSaid)
    assert found.acts == (act,)


def test_a_pressed_button_is_an_act() -> None:
    """A button of the first message is pressed by a person, and unknown ones are nothing."""
    found = heard(TEAM.press({"ts": ROOT}, "accept", "U0KIM", now=NOON))
    assert isinstance(found, DeskSaid)
    assert (found.ref, found.acts, found.person) == (f"{TEAM.channel}/{ROOT}", (Took(),), "U0KIM")
    assert heard(TEAM.press({"ts": ROOT}, "dance", "U0KIM", now=NOON)) == Ignored("malformed")


@pytest.mark.parametrize("buttons", [OFFERED, TAKEN, ()])
def test_first_messages_are_as_slack_takes_them(buttons: tuple[str, ...]) -> None:
    """Slack's own models accept the blocks, and each button is one that is heard."""
    message: Any = first_message("[abc-1] A customer waits <&>", buttons, "o-1")
    parsed = Block.parse_all(message["blocks"])
    for each in parsed:
        each.validate_json()
    assert message["text"] == "[abc-1] A customer waits &lt;&amp;&gt;"
    assert set(buttons) <= set(BUTTONS)


def test_a_wrong_channel_is_told() -> None:
    """A name is no id, and the message says where the id stands."""
    [problem] = settings_problems(SlackDesk("#support"), allow_loopback=False)
    assert problem.startswith("channel: give the channel's id")
