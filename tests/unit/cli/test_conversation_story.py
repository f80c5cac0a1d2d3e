"""The command `conversation show` tells a person the story of a conversation."""

import json
from typing import Any

import pytest
from fake_instance import FakeInstance, Run

from cli.conversation import story

AT = "2026-01-02T03:04:05.678Z"


def test_what_was_weighed_is_told_in_percent() -> None:
    """The candidates with their probabilities, the tier, and what an answer needed."""
    told = a_story(
        an_entry(
            decision="suggest",
            candidates=["en-where", "en-when", "en-old"],
            basis={"tier": "static", "threshold": 0.91, "odds": [0.62, 0.3]},
        )
    )
    assert "candidates: en-where 62%, en-when 30%, en-old" in told
    assert "tier static; an answer needed 91%" in told


def an_entry(**fields: Any) -> dict[str, Any]:
    plain = {
        "seq": 1,
        "at": AT,
        "event": "customer_wrote",
        "event_id": "m1",
        "text": None,
        "decision": "keep",
        "why": "",
        "article_id": None,
        "confidence": None,
        "candidates": [],
        "effects": [],
    }
    return plain | fields


def a_story(*entries: dict[str, Any], deliveries: tuple[dict[str, Any], ...] = ()) -> str:
    about = {
        "id": "tone-1",
        "channel_id": "web",
        "language": None,
        "state": "open",
        "owner": "bot",
        "epoch": 2,
    }
    found = {"conversation": about, "entries": entries, "deliveries": deliveries}
    return "\n".join(story(found))


def a_delivery(**fields: Any) -> dict[str, Any]:
    done = {"id": "e1", "end": "delivered", "outcome": "ok", "attempts": 1, "milliseconds": 12}
    return done | fields


def test_an_answer_says_how_sure_it_was_and_of_what() -> None:
    """Event, text, decision with why, article and confidence, then what was said."""
    said = {"do": "send_text", "id": "e1", "seq": 2, "speaker": "bot", "text": "Here:\nthere."}
    told = a_story(
        an_entry(
            text="Where?",
            decision="answer",
            why="sure enough",
            article_id="en-where",
            confidence=0.973,
            candidates=["en-where", "en-when"],
            effects=[said],
        ),
        deliveries=(a_delivery(),),
    )
    assert told.splitlines()[3:] == [
        "03:04:05.678  #1 customer wrote",
        "      | Where?",
        "    decided: answer (sure enough; article en-where; 97% sure)",
        "    candidates: en-where, en-when",
        "    -> #2 bot says  [delivered, 12 ms]",
        "      | Here:",
        "      | there.",
    ]


@pytest.mark.parametrize(
    ("effect", "line"),
    [
        (
            {"do": "offer_to_pool", "pool": "vendor", "offer_id": "o1", "expires_at": AT},
            "offer to pool vendor until 03:04:05.678 (o1)",
        ),
        (
            {"do": "notify_pool", "pool": "vendor", "event": "conversation.message", "seq": 4},
            "tell pool vendor: conversation.message (seq 4)",
        ),
        (
            {"do": "start_timer", "kind": "offer_deadline", "due_at": AT},
            "wake at 03:04:05.678 for offer deadline",
        ),
        ({"do": "close_offer", "status": "withdrawn"}, "close offer: withdrawn"),
        ({"do": "free_seat", "pool": "vendor"}, "free seat: vendor"),
        ({"do": "join_line", "pools": ["desk", "vendor"]}, "wait for a seat of desk, vendor"),
        ({"do": "leave_line", "pools": []}, "wait no more"),
        ({"do": "wake_line", "pool": "vendor"}, "wake the waitlist of vendor"),
        ({"do": "something_later", "status": None}, "something later"),
    ],
)
def test_each_effect_has_its_words(effect: dict[str, Any], line: str) -> None:
    """Each effect has one line, and so has an effect of a later version."""
    told = a_story(an_entry(effects=[{"id": "e1", **effect}]))
    assert told.endswith(f"    -> {line}")


@pytest.mark.parametrize(
    ("delivery", "words"),
    [
        ({}, "[delivered, 12 ms]"),
        ({"end": None, "outcome": "status 503", "attempts": 3}, "not yet delivered, status 503, 3"),
        ({"end": "failed", "outcome": "timeout", "attempts": 10}, "[failed, timeout, 10 tries"),
        ({"end": "expired", "outcome": "not the owner"}, "[expired, not the owner, 12 ms]"),
    ],
)
def test_each_delivery_says_how_it_ended(delivery: dict[str, Any], words: str) -> None:
    """Each delivery shows its end, reason and tries beside its effect."""
    effect = {"do": "close_offer", "id": "e1", "status": "withdrawn"}
    assert words in a_story(an_entry(effects=[effect]), deliveries=(a_delivery(**delivery),))


@pytest.mark.enable_socket
def test_what_customers_wrote_cannot_drive_the_terminal(
    operator: Run, instance: FakeInstance
) -> None:
    """Controls and marks of direction are shown escaped, as JSON's own escapes in JSON."""
    found = {
        "conversation": {
            "id": "tone-1",
            "channel_id": "web",
            "language": "en",
            "state": "closed",
            "owner": None,
            "epoch": None,
        },
        "entries": [an_entry(text="\x1b[2Jgone\x07 \u202emoc.knab\u202c \u2028 \x85")],
        "deliveries": [],
    }
    instance.answer("GET /v1/admin/conversations/tone-1", found)
    shown = operator("conversation", "show", "tone-1").output
    assert "\\x1b[2Jgone\\x07 \\u202emoc.knab\\u202c \\u2028 \\x85" in shown
    printed = operator("conversation", "show", "tone-1", "--json").output
    assert json.loads(printed) == found
    for output in (shown, printed):
        assert not set(output) & set("\x1b\x07\u202e\u202c\u2028\x85")


@pytest.mark.enable_socket
def test_a_long_conversation_is_put_together_from_its_pages(
    operator: Run, instance: FakeInstance
) -> None:
    """Every page is asked for, and the whole is printed as one."""
    about = {"id": "tone-1", "channel_id": "web", "language": "en", "state": "open", "owner": None}
    pages = [
        {"conversation": about, "entries": [an_entry(text="one")], "deliveries": []},
        {"conversation": about, "entries": [an_entry(seq=2, text="two")], "deliveries": []},
    ]
    first, second = (pages[0] | {"next_after": 1}, pages[1] | {"next_after": None})
    instance.answer("GET /v1/admin/conversations/tone-1", first, second, first, second)
    shown = operator("conversation", "show", "tone-1").output
    assert shown.index("| one") < shown.index("| two")
    printed = json.loads(operator("conversation", "show", "tone-1", "--json").output)
    assert [each["text"] for each in printed["entries"]] == ["one", "two"]


def test_choices_and_reasons_are_shown() -> None:
    """Offered choices stand under the bot's words, and a pool's reason under its event."""
    said = {"do": "send_text", "id": "e1", "seq": 2, "speaker": "bot", "text": "Did you mean:"}
    choices = [{"article_id": "a1", "label": "Returns"}, {"article_id": None, "label": "A person"}]
    told = a_story(an_entry(reason="billing", effects=[said | {"choices": choices}]))
    assert "    reason: billing" in told
    assert told.endswith("      | Did you mean:\n      | 1. Returns\n      | 2. A person")
