"""Pictures, files and links go out in the form that the providers' own programs make."""

import json
from typing import Any

import httpx
from kakao_chatbot.response.components import SimpleImageComponent
from pywa import WhatsApp
from slack_sdk.models.blocks import ImageBlock
from surgeline.adapters.channels.attached import attached_to
from surgeline.adapters.channels.kakao.render import render as for_kakao
from surgeline.adapters.channels.line.render import render as for_line
from surgeline.adapters.channels.slack.render import render as for_slack
from surgeline.adapters.channels.whatsapp.render import calls
from surgeline.adapters.channels.whatsapp.settings import WhatsAppChannel
from surgeline.application.ports.deliveries import Delivery

URL, NUMBER, CUSTOMER = "https://shop.example/plan.png", "210000000000007", "15550133"
PICTURE = {"kind": "image", "url": URL, "title": "", "alt": "A plan"}
MESSAGE: dict[str, Any] = {"text": "Hello", "choices": [], "attached": [PICTURE]}


def said_by_pywa(**how: Any) -> dict[str, Any]:
    """Return the body that pywa sends for a picture or a file at an address."""
    bodies: list[dict[str, Any]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        bodies.append(json.loads(request.content))
        return httpx.Response(200, json={"messages": [{"id": "wamid.1"}], "contacts": []})

    session = httpx.Client(transport=httpx.MockTransport(answer), base_url="https://graph.example")
    client = WhatsApp(phone_id=NUMBER, token="t", session=session)  # of nobody
    client.api.send_message(
        sender=NUMBER, to=CUSTOMER, recipient=None, recipient_type="individual", **how
    )
    return bodies[0]


def test_a_picture_has_the_form_of_line() -> None:
    """LINE's own program reads the picture and the text, and writes them the same."""
    from linebot.v3.messaging import PushMessageRequest  # takes long, for one process

    [messages] = for_line(MESSAGE, attached_to(MESSAGE, {}))
    body = {"to": f"U{0:032}", "messages": messages}
    read = PushMessageRequest.from_dict(body)
    assert [each.type for each in read.messages] == ["image", "text"]
    assert read.messages[0].to_dict() == messages[0]


def test_a_picture_has_the_form_of_slack() -> None:
    """Slack's own program makes the same block, and finds nothing wrong with it."""
    [picture, _] = for_slack(MESSAGE, "d1", attached_to(MESSAGE, {}))
    made = ImageBlock(image_url=URL, alt_text="A plan")
    made.validate_json()
    assert picture["blocks"] == [made.to_dict()]


def test_a_picture_has_the_form_of_kakao() -> None:
    """The program that many skills use makes the same output."""
    template: Any = for_kakao(MESSAGE, attached_to(MESSAGE, {}))["template"]
    made = SimpleImageComponent(image_url=URL, alt_text="A plan").render()
    assert template["outputs"][0]["simpleImage"] == made


def test_a_picture_has_the_form_of_whatsapp() -> None:
    """Pywa sends the same body for the same picture."""
    payload = {"sender": CUSTOMER, "message": MESSAGE}
    delivery = Delivery("r1", "t1", "t1-1", "channel", "wa", "message.created", 1, 1, payload)
    [picture, _] = calls(delivery, WhatsAppChannel(), {"phone_number_id": NUMBER})
    told = {"link": URL, "caption": "A plan"}
    made = said_by_pywa(typ="image", msg=told, biz_opaque_callback_data="r1:15550133")
    assert picture.body == made


def test_one_link_is_a_button_of_whatsapp_and_several_are_words() -> None:
    """WhatsApp takes one button that opens a page, and none beside choices."""

    def bodies(*links: str, **more: Any) -> list[Any]:
        listed = [{"kind": "link", "url": each, "title": "Guide", "alt": ""} for each in links]
        said = {"text": "Hello", "choices": [], "attached": listed, **more}
        payload = {"sender": CUSTOMER, "message": said}
        delivery = Delivery("r1", "t1", "t1-1", "channel", "wa", "message.created", 1, 1, payload)
        return [each.body for each in calls(delivery, WhatsAppChannel(), {})]

    [one] = bodies(URL)
    told = {"display_text": "Guide", "url": URL}
    assert one["interactive"]["action"] == {"name": "cta_url", "parameters": told}
    [two] = bodies(URL, f"{URL}?2")
    assert two["text"]["body"] == f"Hello\n\nGuide\n{URL}\n\nGuide\n{URL}?2"
    [beside] = bodies(URL, choices=[{"label": "Yes"}])
    assert beside["interactive"]["body"]["text"] == f"Hello\n\nGuide\n{URL}\n\n1. Yes"
