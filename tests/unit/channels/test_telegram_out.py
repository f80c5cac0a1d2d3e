"""A reply becomes Telegram's calls within its limits, and Telegram's answers have consequences."""

import json
from typing import Any

import pytest
import telegram
from hypothesis import given
from hypothesis import strategies as st
from surgeline.adapters.channels.telegram.judge import judge
from surgeline.adapters.channels.telegram.render import calls
from surgeline.adapters.channels.telegram.settings import TelegramChannel
from surgeline.adapters.channels.text import utf16
from surgeline.application.ports.deliveries import Delivery, Reply
from surgeline.application.ports.targets import Delivered, Refused

FIELDS = {"bot_token": "601:the-token", "secret_token": "s"}


def delivery(text: str, *labels: str, token: str | None = None) -> Delivery:
    message = {"text": text, "choices": [{"label": each} for each in labels]}
    return Delivery(
        id="r1",
        thread_id="t1",
        conversation_id="t1-1",
        target="channel",
        target_id="bot",
        event="message.created",
        epoch=1,
        at=0,
        payload={"sender": "7100000001", "message": message},
        reply_token=token,
    )


def rendered(text: str, *labels: str, token: str | None = None) -> list[Any]:
    found = calls(delivery(text, *labels, token=token), TelegramChannel(), FIELDS)
    return [(each.path.rpartition("/")[2], dict(each.body)) for each in found]


def test_a_short_answer_is_one_message_without_a_preview() -> None:
    """A short text is one call, whose path has the token, and links get no preview."""
    [call] = calls(delivery("Yes."), TelegramChannel(), FIELDS)
    assert call.path == "/bot601:the-token/sendMessage"
    assert call.body == {
        "chat_id": 7100000001,
        "text": "Yes.",
        "link_preview_options": {"is_disabled": True},
    }


def test_choices_are_buttons_and_numbers() -> None:
    """Each choice is numbered in the text and a button of its own row, whose data is its number."""
    long = "A label of more than sixty-four units, which a button can't show as a whole"
    [(_, body)] = rendered("Did you mean:", "Opening hours", long)
    assert body["text"] == f"Did you mean:\n\n1. Opening hours\n2. {long}"
    rows = body["reply_markup"]["inline_keyboard"]
    assert [[each["callback_data"] for each in row] for row in rows] == [["1"], ["2"]]
    assert rows[0][0]["text"] == "Opening hours"
    assert rows[1][0]["text"].endswith("…")


def test_a_pressed_button_is_told_so_first() -> None:
    """The answer to a pressed button ends the button's spinning before it says anything."""
    aside, said = calls(delivery("Yes.", token="cq-7"), TelegramChannel(), FIELDS)
    assert (aside.is_aside, aside.body) == (True, {"callback_query_id": "cq-7"})
    assert (said.is_aside, said.path.rpartition("/")[2]) == (False, "sendMessage")


def test_nothing_in_a_token_leaves_its_place() -> None:
    """A token with a slash or a question mark stays one part of the path."""
    [call] = calls(delivery("Yes."), TelegramChannel(), {"bot_token": "6:a/../b?c#d"})
    assert call.path == "/bot6:a%2F..%2Fb%3Fc%23d/sendMessage"


@given(st.text(min_size=1, max_size=9_000), st.lists(st.text(min_size=1, max_size=90), max_size=24))
def test_the_providers_library_takes_every_body(text: str, labels: list[str]) -> None:
    """Its types read each keyboard, and Telegram's limits hold."""
    for _, body in rendered(text, *labels):
        assert 0 < utf16(body["text"]) <= telegram.constants.MessageLimit.MAX_TEXT_LENGTH
        if "reply_markup" in body:
            raw = json.loads(json.dumps(body["reply_markup"]))
            read = telegram.InlineKeyboardMarkup.de_json(raw, None)
            assert read.to_dict() == raw
            sizes = [len(str(each.callback_data)) for row in read.inline_keyboard for each in row]
            assert max(sizes) <= telegram.constants.InlineKeyboardButtonLimit.MAX_CALLBACK_DATA


# ---------------------------------------------------------------- judging


def reply(status: int, description: str = "", wait: int | None = None, **more: Any) -> Reply:
    body = {"ok": False, "error_code": status, "description": description, **more}
    return Reply(status, json.dumps(body).encode(), wait, 7)


def test_what_telegram_took_is_delivered() -> None:
    """A success is delivered."""
    assert judge(Reply(200, b'{"ok":true}', None, 7)) == Delivered(200, 7)


@pytest.mark.parametrize(
    ("answer", "outcome", "final", "unhealthy"),
    [
        (reply(400, "Bad Request: message is too long"), "message: status 400", True, False),
        (reply(400, "Bad Request: chat not found"), "recipient: status 400", True, False),
        (reply(403, "Forbidden: bot was blocked"), "recipient: status 403", True, False),
        (reply(403, "Forbidden: user is deactivated"), "recipient: status 403", True, False),
        (reply(401, "Unauthorized"), "account: status 401", False, True),
        (reply(404, "Not Found"), "account: status 404", False, True),
        (reply(429, "Too Many Requests"), "later: status 429", False, True),
        (reply(502, "Bad Gateway"), "later: status 502", False, True),
        (Reply(400, b"[" * 9_000, None, 7), "message: status 400", True, False),
        (reply(302), "message: status 302", True, False),
    ],
)
def test_each_refusal_has_its_scope(
    answer: Reply, outcome: str, final: bool, unhealthy: bool
) -> None:
    """A refused message ends alone, and a refused account holds up the whole channel."""
    refused = judge(answer)
    assert isinstance(refused, Refused)
    assert (refused.outcome, refused.final, refused.unhealthy) == (outcome, final, unhealthy)


@pytest.mark.parametrize(
    ("answer", "wait"),
    [
        (reply(429, parameters={"retry_after": 7}), 7),
        (reply(429, wait=4), 4),
        (reply(429, parameters={"retry_after": "7"}), None),
        (reply(401), 300),
    ],
)
def test_the_wait_that_telegram_asks_for_is_kept(answer: Reply, wait: int | None) -> None:
    """A rate limit says in its body when to come back."""
    refused = judge(answer)
    assert isinstance(refused, Refused)
    assert refused.wait_seconds == wait
