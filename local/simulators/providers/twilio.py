"""A stand-in for Twilio's server: it takes texts, lists them, and makes signed webhooks.

It is pure, with the time as an argument. A web server and the virtual network both drive it.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from email.utils import formatdate
from typing import Any, ClassVar
from urllib.parse import parse_qs, parse_qsl, urlencode

from surgeline.adapters.channels.twilio.segments import segments_of

from local.simulators.providers.files import PICTURE, File, json_file
from local.simulators.providers.server import Answer, Shown

MOST_UNITS = 1_600
WINDOW_SECONDS = 86_400
STOP = ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT")
START = ("START", "UNSTOP")
WHATSAPP = "whatsapp:"
SCOPED = re.compile(r"whatsapp:[A-Z]{2}\.[A-Za-z0-9.]{1,128}")
"""A customer whose number is hidden."""


class TwilioServer:
    """One account at Twilio, with a number for SMS and WhatsApp.

    `faults` are answers that the next calls get in place of the usual one, in their order.
    """

    FIELDS: ClassVar[tuple[str, ...]] = ("account_sid", "auth_token", "from")
    CUSTOMER: ClassVar[str] = "+15550111"

    def __init__(self, *, hook_url: str = "", **fields: str) -> None:
        self.fields = fields
        self.hook_url = hook_url
        self.faults: list[Answer] = []
        self.shown: list[Shown] = []
        self.sent: list[dict[str, Any]] = []
        self._stopped: set[str] = set()
        self._heard: dict[str, int] = {}
        self.own_url = "http://127.0.0.1:9001"
        self.number = 0

    # ------------------------------------------------------------ what Surgeline calls

    def answer(self, path: str, headers: Mapping[str, str], body: bytes, *, now: int) -> Answer:
        """Answer one call at `now` (UTC epoch ms). Header names are lower-case."""
        known = f"{self.fields['account_sid']}:{self.fields['auth_token']}".encode()
        if headers.get("authorization") != f"Basic {base64.b64encode(known).decode()}":
            return _refused(401, 20003)
        if self.faults:
            return self.faults.pop(0)
        path, _, query = path.partition("?")
        if path != f"/2010-04-01/Accounts/{self.fields['account_sid']}/Messages.json":
            return _refused(404, 20404)
        if not body:
            return self._listed(parse_qs(query))
        return self._send(dict(parse_qsl(body.decode(), keep_blank_values=True)), now)

    def closed(self, path: str, body: bytes) -> Answer | None:
        """Refuse any text but a template, as on WhatsApp. An SMS may be sent at any time."""
        is_text = path.endswith("/Messages.json") and b"To=whatsapp" in body
        return _refused(400, 63016) if is_text and b"ContentSid=" not in body else None

    def _send(self, asked: Mapping[str, str], now: int) -> Answer:
        to, text = asked.get("To", ""), asked.get("Body", "")
        if template := asked.get("ContentSid"):
            text = str(json.loads(asked["ContentVariables"])["1"])
        if not to.removeprefix(WHATSAPP).startswith("+") and not SCOPED.fullmatch(to):
            return _refused(400, 21211)
        if not asked.get("From") and not asked.get("MessagingServiceSid"):
            return _refused(400, 21603)
        if not text or len(text.encode("utf-16-le")) // 2 > MOST_UNITS:
            return _refused(400, 21617 if text else 21602)
        if to in self._stopped:
            return _refused(400, 21610)
        if (
            not template
            and to.startswith(WHATSAPP)
            and now - self._heard.get(to, 0) > WINDOW_SECONDS * 1000
        ):
            return _refused(400, 63016)
        message = {
            "sid": f"SM{self._next():032}",
            "to": to,
            "from": asked.get("From"),
            "body": text,
            "direction": "outbound-api",
            "date_created": formatdate(now // 1000),
            "status": "queued",
            "status_callback": asked.get("StatusCallback", ""),
        }
        self.sent.append(message)
        segments = segments_of(text)
        by = "whatsapp" if to.startswith(WHATSAPP) else f"{segments.count} x {segments.encoding}"
        self.shown.append(Shown(to, by, text, (), asked.get("MediaUrl", "")))
        return 201, message

    def _listed(self, asked: Mapping[str, list[str]]) -> Answer:
        """Return the newest messages, to one customer if that was asked."""
        to = asked.get("To", [None])[0]
        found = [each for each in reversed(self.sent) if to in (None, each["to"])]
        return 200, {"messages": found[: int(asked["PageSize"][0])]}

    def file(self, path: str, headers: Mapping[str, str]) -> File | None:
        """Answer a request for a message's file, with the account's credentials."""
        if "/Media/" not in path:
            return None
        known = f"{self.fields['account_sid']}:{self.fields['auth_token']}".encode()
        proof = f"Basic {base64.b64encode(known).decode()}"
        right = headers.get("authorization") == proof
        return (200, PICTURE) if right else json_file(*_refused(401, 20003))

    def throttled(self) -> Answer:
        """Return the answer to one call too many."""
        return _refused(429, 20429)

    def is_hook_test(self, path: str) -> bool:
        """Return False, because no call asks Twilio to try a hook."""
        del path
        return False

    def hook_tested(self, status: int | None) -> Answer:
        """Return nothing, because no call asks for a test."""
        del status
        return 200, {}

    # ------------------------------------------------------------ what customers do

    def text(self, user: str, text: str, *, now: int) -> dict[str, Any]:
        """Return the fields of a text's webhook. Twilio acts on STOP and START itself."""
        return self.message(user, {"Body": text}, now=now)

    def picture(self, user: str, *, now: int) -> dict[str, Any]:
        """Return the fields of a picture's webhook, without any text."""
        account = f"{self.own_url}/2010-04-01/Accounts/{self.fields['account_sid']}"
        url = f"{account}/Messages/MM{self.number}/Media/ME{self._next()}"
        files = {"NumMedia": "1", "MediaContentType0": "image/png", "MediaUrl0": url}
        return self.message(user, files, now=now)

    def message(self, user: str, fields: Mapping[str, str], *, now: int) -> dict[str, Any]:
        """Return the fields of a message's webhook."""
        self._heard[user] = now
        word = fields.get("Body", "").strip().upper()
        if word in STOP:
            self._stopped.add(user)
        elif word:
            self._stopped.discard(user)
        sid = f"SM{self._next():032}"
        return {
            "AccountSid": self.fields["account_sid"],
            "ApiVersion": "2010-04-01",
            "MessageSid": sid,
            "SmsSid": sid,
            "SmsStatus": "received",
            "From": user,
            "To": self.fields["from"],
            "NumMedia": "0",
            "NumSegments": "1",
            "Body": "",
            **({"ProfileName": "Sam"} if user.startswith(WHATSAPP) else {}),
            **fields,
        }

    def failed(self, code: int) -> dict[str, Any]:
        """Return the fields which tell that the newest text was not delivered after all."""
        sent = self.sent[-1]
        told = {"MessageSid": sent["sid"], "SmsStatus": "undelivered", "To": sent["to"]}
        return {**told, "MessageStatus": "undelivered", "ErrorCode": str(code)}

    def signed(
        self, events: Sequence[Mapping[str, Any]], *, now: int
    ) -> tuple[bytes, dict[str, str]]:
        """Return the webhook of one message, or of none: the receipt of a text of ours."""
        del now  # Twilio's signature has no time
        receipt = {"MessageSid": "SM0", "SmsStatus": "delivered", "MessageStatus": "delivered"}
        event = events[0] if events else receipt
        fields = event if isinstance(event, Mapping) else {"Body": str(event)}
        body = urlencode({str(name): str(value) for name, value in fields.items()}).encode()
        return body, self.proof(body)

    def proof(self, body: bytes, *, query: str = "") -> dict[str, str]:
        """Return the headers that sign any form, to the hook's URL with that query."""
        signed = f"{self.hook_url}{query}".encode()
        pairs = parse_qsl(body.decode("latin-1"), keep_blank_values=True, encoding="latin-1")
        for name, value in sorted(set(pairs)):
            signed += f"{name}{value}".encode("latin-1")
        digest = hmac.digest(self.fields["auth_token"].encode(), signed, hashlib.sha1)
        return {
            "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
            "x-twilio-signature": base64.b64encode(digest).decode(),
        }

    def screen(self, user: str) -> list[str]:
        """Return the texts on a customer's screen, in order."""
        return [each.text for each in self.shown if each.user == user]

    def _next(self) -> int:
        self.number += 1
        return self.number


def _refused(status: int, code: int) -> Answer:
    return status, {"code": code, "message": "refused", "status": status}
