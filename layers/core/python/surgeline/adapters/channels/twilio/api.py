"""The requests to Twilio's API that a channel needs are made here."""

import base64
import json
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import quote, urlencode

from surgeline.adapters.channels.text import shortened
from surgeline.adapters.channels.twilio.proof import TEXT
from surgeline.adapters.channels.twilio.render import WHATSAPP
from surgeline.adapters.outbound.guard import is_loopback
from surgeline.adapters.signing.field_sets import HOOK_URL, Fields

SERVICE = "MG"
EARLIER_SECONDS = 60
"""Twilio's clock may be so far behind ours."""
PAGE = 50
MOST_VARIABLE = 1_024

Headers = dict[str, str]


def messages_url(api_base: str, fields: Fields) -> str:
    """Return the URL of an account's messages."""
    account = quote(fields["account_sid"], safe="")
    return f"{api_base}/2010-04-01/Accounts/{account}/Messages.json"


def headers_of(fields: Fields) -> Headers:
    """Return the headers that prove who asks."""
    known = f"{fields['account_sid']}:{fields['auth_token']}".encode()
    return {
        "authorization": f"Basic {base64.b64encode(known).decode()}",
        "content-type": "application/x-www-form-urlencoded",
    }


def form_of_text(
    fields: Fields, sender: str, text: str, media_url: str = "", text_id: str = ""
) -> bytes:
    """Return the form that sends a text to a customer, from the number or the service.

    Twilio tells the hook what became of the text, with our own name for it.
    """
    media = {"MediaUrl": media_url} if media_url else {}
    told = {"To": sender, **_from(fields, sender), "Body": text, **media}
    return urlencode({**told, **_callback(fields, text_id)}).encode()


def form_of_template(
    fields: Fields, sender: str, text: str, content_sid: str, text_id: str = ""
) -> bytes:
    """Return the form that sends a template of WhatsApp, whose one variable is the text."""
    line = shortened(" ".join(text.split()), MOST_VARIABLE)
    template = {"ContentSid": content_sid, "ContentVariables": json.dumps({"1": line})}
    told = {"To": sender, **_from(fields, sender), **template}
    return urlencode({**told, **_callback(fields, text_id)}).encode()


def _callback(fields: Fields, text_id: str) -> dict[str, str]:
    """Return the address that Twilio calls about a text. It can't call this machine's own."""
    url = fields.get(HOOK_URL, "")
    if not text_id or not url or is_loopback(url):
        return {}
    return {"StatusCallback": f"{url}?{urlencode({TEXT: text_id})}"}


def asked_for(sender: str, since: int) -> str:
    """Return the query for the messages to a customer since a time (UTC epoch ms)."""
    day = datetime.fromtimestamp(since // 1000 - EARLIER_SECONDS, UTC).strftime("%Y-%m-%d")
    return urlencode({"To": sender, "DateSent>": day, "PageSize": PAGE})


def is_there(body: bytes, text: str, since: int) -> bool:
    """Return whether Twilio lists the text among the messages that were made since a time."""
    try:
        listed = json.loads(body).get("messages")
    except (ValueError, RecursionError, AttributeError):
        return False
    found = listed if isinstance(listed, list) else []
    return any(_is_it(each, text, since // 1000 - EARLIER_SECONDS) for each in found)


def _is_it(message: object, text: str, since: int) -> bool:
    if not isinstance(message, dict) or message.get("body") != text:
        return False
    if not str(message.get("direction")).startswith("outbound"):
        return False
    try:
        made = parsedate_to_datetime(str(message.get("date_created")))
    except ValueError:
        return False
    return made.timestamp() >= since


def _from(fields: Fields, sender: str) -> dict[str, str]:
    """Return who sends. A number that has SMS and WhatsApp answers on each as it was asked."""
    number = fields["from"]
    if number.startswith(SERVICE):
        return {"MessagingServiceSid": number}
    if sender.startswith(WHATSAPP) and not number.startswith(WHATSAPP):
        return {"From": f"{WHATSAPP}{number}"}
    return {"From": number}
