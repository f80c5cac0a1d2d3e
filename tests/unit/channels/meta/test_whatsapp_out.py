"""A reply becomes WhatsApp's messages within its limits, and Meta's answers have consequences."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pywa import WhatsApp
from surgeline.adapters.channels.meta.graph import judge
from surgeline.adapters.channels.posting import Refusal
from surgeline.adapters.channels.whatsapp.render import calls, in_a_template
from surgeline.adapters.channels.whatsapp.settings import WhatsAppChannel
from surgeline.application.ports.deliveries import Delivery, Reply
from surgeline.application.ports.targets import Delivered, Refused

NUMBER = "210000000000007"
FIELDS = {"access_token": "the-token", "phone_number_id": NUMBER}
LONG = "Where can I see when my parcel comes to me?"


def delivery(text: str, *labels: str, sender: str = "15550133") -> Delivery:
    message = {"text": text, "choices": [{"label": each} for each in labels]}
    return Delivery(
        id="r1",
        thread_id="t1",
        conversation_id="t1-1",
        target="channel",
        target_id="shop",
        event="message.created",
        epoch=1,
        at=0,
        payload={"sender": sender, "message": message},
    )


def rendered(text: str, *labels: str, **how: Any) -> list[Any]:
    found = calls(delivery(text, *labels, **how), WhatsAppChannel(), FIELDS)
    assert {each.path for each in found} == {f"/v25.0/{NUMBER}/messages"}
    assert all(each.headers == {"authorization": "Bearer the-token"} for each in found)
    return [dict(each.body) for each in found]


def sent_by_a_library(text: str, buttons: Any = None) -> Any:
    """Return the body that pywa sends for the same message."""
    bodies: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        bodies.append(json.loads(request.content))
        return httpx.Response(200, json={"messages": [{"id": "wamid.1"}], "contacts": []})

    session = httpx.Client(transport=httpx.MockTransport(answer), base_url="https://graph.example")
    client = WhatsApp(phone_id=NUMBER, token="t", session=session)  # of nobody
    client.api.send_message(  # what pywa's own send_message calls
        sender=NUMBER,
        to="15550133",
        recipient=None,
        recipient_type="individual",
        typ="interactive" if buttons else "text",
        msg=buttons or {"body": text, "preview_url": False},
        biz_opaque_callback_data="r1:15550133",
    )
    return bodies[0]


def test_a_short_answer_is_the_message_that_a_library_sends() -> None:
    """A short text is one message without a preview, tagged with the reply's id."""
    [body] = rendered("Yes.")
    assert body == sent_by_a_library("Yes.")


@pytest.mark.parametrize(
    ("sender", "address"),
    [
        ("15550133", {"to": "15550133"}),
        ("KR.2000000000000000001", {"recipient": "KR.2000000000000000001"}),
        ("US.ENT.3000000000000000001", {"recipient": "US.ENT.3000000000000000001"}),
    ],
)
def test_a_number_and_an_id_have_their_own_fields(sender: str, address: dict[str, str]) -> None:
    """A business-scoped id never stands in `to`, where it would be dropped."""
    [body] = rendered("Yes.", sender=sender)
    assert {name: body[name] for name in ("to", "recipient") if name in body} == address


def test_three_choices_are_buttons() -> None:
    """Up to three choices are buttons, whose ids are the whole words."""
    [body] = rendered("Did you mean:", LONG, "Opening hours", "A person")
    assert body["interactive"] == {
        "type": "button",
        "body": {"text": f"Did you mean:\n\n1. {LONG}\n2. Opening hours\n3. A person"},
        "action": {
            "buttons": [
                {"type": "reply", "reply": {"id": LONG, "title": "Where can I see whe…"}},
                {"type": "reply", "reply": {"id": "Opening hours", "title": "Opening hours"}},
                {"type": "reply", "reply": {"id": "A person", "title": "A person"}},
            ]
        },
    }
    assert sent_by_a_library("", body["interactive"])["interactive"] == body["interactive"]


def test_four_choices_are_a_list() -> None:
    """Four to ten choices are a list, whose rows have the words that were cut below them."""
    [body] = rendered("Did you mean:", LONG, "b", "c", "d")
    [section] = body["interactive"]["action"]["sections"]
    first, second = section["rows"][:2]
    assert first == {"id": LONG, "title": "Where can I see when my…", "description": LONG}
    assert second == {"id": "b", "title": "b"}


def test_more_choices_have_numbers_only() -> None:
    """Eleven choices stand in the text, because a list has ten rows."""
    [body] = rendered("Did you mean:", *(f"Choice {number}" for number in range(11)))
    assert body["type"] == "text"
    assert "11. Choice 10" in body["text"]["body"]


def test_a_long_text_with_choices_ends_in_buttons() -> None:
    """The buttons ride on the last part, which is as short as WhatsApp asks."""
    bodies = rendered("word " * 1_500, "a", "b")
    assert [each["type"] for each in bodies] == ["text", "text", "text", "text", "interactive"]
    assert len(bodies[-1]["interactive"]["body"]["text"]) <= 1_024


@example("Which one?", ["size", "size", "1"])
@given(
    st.text(min_size=1, max_size=9_000).filter(str.strip),  # a blank text says nothing
    st.lists(st.text(min_size=1, max_size=90), max_size=12),
)
def test_every_body_is_within_the_limits(text: str, labels: list[str]) -> None:
    """Texts, buttons and rows fit, and no two of them have the same title or id."""
    for body in rendered(text, *labels):
        if body["type"] == "text":
            assert 0 < len(body["text"]["body"]) <= 4_096
            continue
        interactive = body["interactive"]
        assert 0 < len(interactive["body"]["text"]) <= 1_024
        action = interactive["action"]
        replies = [each["reply"] for each in action.get("buttons", [])]
        replies += [row for section in action.get("sections", []) for row in section["rows"]]
        longest = (20, 256) if "buttons" in action else (24, 200)
        assert all(len(each["title"]) <= longest[0] for each in replies)
        assert all(0 < len(each["id"]) <= longest[1] for each in replies)
        assert len({each["id"] for each in replies}) == len(replies)


WINDOW = Refused(outcome="window: status 400, code 131047", final=True)


def refusal(given: Delivery, settings: WhatsAppChannel, refused: Refused = WINDOW) -> Refusal:
    """Return what was refused: the first call of a delivery."""
    return Refusal(calls(given, settings, FIELDS)[0], given, settings, refused)


def test_a_closed_window_is_opened_by_a_template() -> None:
    """The reply becomes the template's variable, in one line."""
    settings = WhatsAppChannel(template="reply_later", template_language="de")
    call = in_a_template(refusal(delivery("It is\n\nhere.", "Yes"), settings))
    assert call is not None
    components = [{"type": "body", "parameters": [{"type": "text", "text": "It is here. 1. Yes"}]}]
    assert call.body["template"] == {
        "name": "reply_later",
        "language": {"code": "de"},
        "components": components,
    }


def test_without_a_template_a_closed_window_stays_closed() -> None:
    """Nothing is sent where no template is set, or where something else is wrong."""
    other = Refused(outcome="message: status 400", final=True)
    assert in_a_template(refusal(delivery("x"), WhatsAppChannel())) is None
    assert in_a_template(refusal(delivery("x"), WhatsAppChannel(template="t"), other)) is None


# ---------------------------------------------------------------- judging


def reply(status: int, code: object = None, subcode: object = None, **more: Any) -> Reply:
    error = {"code": code, "error_subcode": subcode, **more}
    return Reply(status, json.dumps({"error": error}).encode(), None, 7)


def test_what_meta_took_is_delivered() -> None:
    """A success is delivered."""
    assert judge(Reply(200, b'{"messages":[]}', None, 7)) == Delivered(200, 7)


@pytest.mark.parametrize(
    ("answer", "outcome", "final", "unhealthy"),
    [
        (reply(400, 131047), "window: status 400, code 131047", True, False),
        (reply(400, 10, 2018278), "window: status 400, code 10", True, False),
        (reply(400, 10, 2534022), "window: status 400, code 10", True, False),
        (reply(400, 131026), "recipient: status 400, code 131026", True, False),
        (reply(400, 100, 2018001), "recipient: status 400, code 100", True, False),
        (reply(400, 551), "recipient: status 400, code 551", True, False),
        (reply(400, 131009), "message: status 400, code 131009", True, False),
        (reply(400, 100), "message: status 400, code 100", True, False),
        (reply(401, 190), "account: status 401, code 190", False, True),
        (reply(401), "account: status 401", False, True),
        (reply(403, 10), "account: status 403, code 10", False, True),
        (reply(400, 131042), "account: status 400, code 131042", False, True),
        (reply(400, 130429), "later: status 400, code 130429", False, True),
        (reply(400, 131056), "later: status 400, code 131056", False, False),
        (reply(500, 131000), "later: status 500, code 131000", False, True),
        (reply(400, 99, is_transient=True), "later: status 400, code 99", False, True),
        (reply(503), "later: status 503", False, True),
        (reply(429), "later: status 429", False, True),
        (reply(400, "131047"), "message: status 400", True, False),
        (Reply(400, b"[" * 9_000, None, 7), "message: status 400", True, False),
    ],
)
def test_each_refusal_has_its_scope(
    answer: Reply, outcome: str, final: bool, unhealthy: bool
) -> None:
    """A message or a recipient ends alone, and an account holds up the whole channel."""
    refused = judge(answer)
    assert isinstance(refused, Refused)
    assert (refused.outcome, refused.final, refused.unhealthy) == (outcome, final, unhealthy)


def test_one_customers_rate_holds_up_no_other() -> None:
    """A customer who got too many messages is left alone for seconds, and the account is not."""
    refused = judge(reply(400, 131056))
    assert isinstance(refused, Refused)
    assert (refused.wait_seconds, refused.unhealthy) == (6, False)
