"""Twilio's webhooks are verified and read here. Each one is a form with one message.

See docs/channels/twilio.md.
"""

import re
from collections.abc import Sequence
from functools import partial
from urllib.parse import parse_qs

from surgeline.adapters.channels.in_words import bracketed, named
from surgeline.adapters.channels.readings import MAX_WORDS, id_of, media_of, text_of
from surgeline.adapters.channels.twilio.codes import scope_of
from surgeline.adapters.channels.twilio.proof import TEXT, form_of, sign, signed_form, urls_of
from surgeline.adapters.hooks import Answer, Call, Heard, Hook, Ignored, Load, Said
from surgeline.adapters.signing.field_proof import require_proof
from surgeline.adapters.signing.field_sets import HOOK_URL, Fields
from surgeline.application.conversations.intake import Inbound, Left, Undelivered
from surgeline.domain.plain_text import says_something
from surgeline.errors import BadRequest, Unauthorized

STOP = frozenset(
    {
        "STOP",
        "STOPALL",
        "UNSUBSCRIBE",
        "CANCEL",
        "END",
        "QUIT",
        "REVOKE",
        "OPTOUT",
        "ARRET",
        "ARRETE",
    }
)
"""The whole messages by which Twilio stops all further texts to a number."""
START = frozenset({"START", "UNSTOP"})
"""The whole messages by which Twilio lets texts through again. YES is too common a word."""
EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
UNDELIVERED = ("failed", "undelivered")
"""The statuses of a text that Twilio took and could not deliver."""
MAX_SID = 64
WHATSAPP = "whatsapp:"
ABOUT = "?text"
"""Our own name for a text, beside the fields of a form. No field of Twilio's has this name."""
MOST_MEDIA = 10
_ADDRESS = re.compile(r"(?:[a-z]{2,20}:)?[+0-9A-Za-z._@-]{1,200}")
_CODE = re.compile(r"[0-9]{5}")
_COUNT = re.compile(r"[0-9]{1,2}")


def verify(keys: Sequence[Fields], call: Call) -> None:
    """Accept a form that one of the auth tokens signed for the hook's URL. Raises Unauthorized."""
    try:
        form = signed_form(call)
    except ValueError as error:
        raise Unauthorized(reason="form") from error
    known = [each[HOOK_URL] for each in keys if each.get(HOOK_URL)]
    urls = dict.fromkeys(url for each in known or [""] for url in urls_of(each, call.query))
    presented = call.headers.get("x-twilio-signature")
    require_proof(keys, "auth_token", presented, *(partial(sign, url, form) for url in urls))


def parse(call: Call, load: Load) -> Said:
    """Return the fields of a verified form as texts."""
    del load
    try:
        form = form_of(call.body)
    except ValueError as error:
        raise BadRequest("the form has too many fields") from error
    said = {name: values[0].decode("utf-8", "replace") for name, values in form.items()}
    return {**said, ABOUT: parse_qs(call.query).get(TEXT, [""])[0]}


def read(channel_id: str, said: Said) -> list[Heard]:
    """Return the one event of a form."""
    return [_read(channel_id, said)]


def answer(said: Said) -> Answer:
    """Return an empty answer in Twilio's markup, so that Twilio itself sends nothing."""
    del said
    return Answer(EMPTY, "text/xml; charset=utf-8")


def _read(channel_id: str, said: Said) -> Heard:
    status = said.get("MessageStatus")
    if status and said.get("SmsStatus") != "received":
        return _lost(channel_id, said) if status in UNDELIVERED else Ignored("receipt")
    sender, sid = _sender(said), id_of(said.get("MessageSid") or said.get("SmsSid"), MAX_SID)
    if not isinstance(sender, str) or not _ADDRESS.fullmatch(sender) or sid is None:
        return Ignored("no sender")
    meant = _meant(said)
    if meant == "STOP":
        return Left(channel_id, sender, f"leave/{sid}", blocked=True)
    if meant:
        return Ignored(meant.lower())
    text, media = _content(said)
    return Inbound(
        channel_id,
        sender,
        f"message/{sid}",
        text,
        attachments=media,
        media=_media(said, media),
        customer=named(said.get("ProfileName")),
        also=_also(said, sender),
    )


def _sender(said: Said) -> object:
    """Return the customer's address. On WhatsApp it may be an id, where the number is hidden."""
    hidden = said.get("ExternalUserId")
    return said.get("From") or (f"{WHATSAPP}{hidden}" if hidden else None)


def _also(said: Said, sender: str) -> str:
    """Return the id of a customer of WhatsApp whose number is shown. It stays if that is hidden."""
    hidden = f"{WHATSAPP}{said.get('ExternalUserId', '')}"
    is_other = sender.startswith(WHATSAPP) and hidden not in (sender, WHATSAPP)
    return hidden if is_other and _ADDRESS.fullmatch(hidden) else ""


def _lost(channel_id: str, said: Said) -> Heard:
    """Read that Twilio could not deliver a text which it took. The URL says which text it was."""
    to, text_id, code = said.get("To"), id_of(said.get(ABOUT), MAX_SID), said.get("ErrorCode")
    if not isinstance(to, str) or not _ADDRESS.fullmatch(to) or text_id is None:
        return Ignored("text undelivered")
    number = int(code) if isinstance(code, str) and _CODE.fullmatch(code) else 0
    reason = f"{scope_of(number)}: error {number or 'unknown'}"
    return Undelivered(channel_id, to, f"failed/{text_id}", text_id, reason)


def _meant(said: Said) -> str | None:
    """Return STOP, START or HELP if Twilio itself answers the message, or None.

    Twilio says so where it is set up to. Elsewhere it acts on the usual words, if they stand alone.
    """
    told = said.get("OptOutType")
    if told in ("STOP", "START", "HELP"):
        return str(told)
    word = text_of(said.get("Body"), MAX_WORDS).strip().upper()
    if word in STOP:
        return "STOP"
    return "START" if word in START else None


def _content(said: Said) -> tuple[str, int]:
    """Return the words of a message and how many files came with them. Either says something."""
    media = said.get("NumMedia")
    count = int(media) if isinstance(media, str) and _COUNT.fullmatch(media) else 0
    count = min(count, MOST_MEDIA)
    words = (text_of(said.get(name)) for name in ("Body", "ButtonText", "ListTitle"))
    text = next(filter(says_something, words), "")
    if count == 1 and not text and said.get("MediaContentType0") == "image/webp":
        return "[sticker]", 0
    if not text and (place := _place(said)):
        return place, count
    return text or ("" if count else "[message]"), count


def _media(said: Said, count: int) -> tuple[dict[str, str], ...]:
    return tuple(
        found
        for number in range(count)
        for found in media_of(
            _kind_of(said.get(f"MediaContentType{number}")), said.get(f"MediaUrl{number}")
        )
    )


def _kind_of(media_type: object) -> str:
    kind = media_type.partition("/")[0] if isinstance(media_type, str) else ""
    return kind if kind in ("image", "video", "audio") else "file"


def _place(said: Said) -> str:
    """Return a place that was shared on WhatsApp."""
    names = ("Label", "Address", "Latitude", "Longitude")
    parts = [text_of(said.get(name), MAX_WORDS).strip() for name in names]
    return bracketed("place", parts) if parts[2] and parts[3] else ""


HOOK = Hook(verify, read, parse, answer)
