"""The requests of a Kakao skill are verified, read and answered here.

See docs/channels/kakao.md. Kakao signs nothing. A skill sends a header that the operator chose.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence

from surgeline.adapters.channels.in_words import language_of
from surgeline.adapters.channels.readings import Part, id_of, media_of, part, text_of
from surgeline.adapters.hooks import Answer, Call, Heard, Hook, Ignored, Load, Said
from surgeline.adapters.signing.field_proof import DECOY
from surgeline.adapters.signing.field_sets import Fields
from surgeline.application.conversations.intake import Inbound
from surgeline.domain.plain_text import says_something
from surgeline.errors import Unauthorized

VERSION = "2.0"
MOST_HEADERS = 100
MAX_URL = 2_000
MOST_PICTURES = 20
REPEAT_SECONDS = 5
"""Kakao waits so long for an answer. The same words within it may be one message."""
KOREAN = ("ko", "kr")
"""Kakao's documentation has both."""
WAITING = {"ko": "잠시만 기다려 주세요.", "en": "One moment, please."}
"""What a block may show until the reply comes, as `{{#webhook.text}}`."""
NO_CALLBACK = {
    "ko": "메시지를 받았습니다. 지금은 이 채팅으로 답변을 보낼 수 없습니다.",
    "en": "Your message has come. This chat can't show an answer at the moment.",
}
_BEARER = re.compile(rb"(?i:bearer) +")
_PICTURE = re.compile(r"https?://[a-z0-9.-]{1,60}\.kakaocdn\.net/[!-~]{1,1000}")
_LINK = re.compile(r"https?://[^,()\s]{1,1000}")


def verify(keys: Sequence[Fields], call: Call) -> None:
    """Accept a request if one of its headers is one of the skill's secrets. Raises Unauthorized.

    The operator names the header at Kakao, so its name counts nothing.
    """
    secrets = [each["skill_secret"].encode() for each in keys if each.get("skill_secret")]
    values = [each.encode(errors="replace") for each in list(call.headers.values())[:MOST_HEADERS]]
    matches = [
        hmac.compare_digest(secret, _BEARER.sub(b"", value, count=1))
        for secret in secrets or (DECOY,)
        for value in values
    ]
    if not secrets or not any(matches):
        raise Unauthorized(reason="secret")


def parse(call: Call, load: Load) -> Said:
    """Return the body, and when it came, because Kakao gives a message neither id nor time."""
    return {"body": load(call.body), "at": call.now}


def read(channel_id: str, said: Said) -> list[Heard]:
    """Return the one message of a request."""
    asked = part(part(said, "body"), "userRequest")
    sender = id_of(part(asked, "user").get("id"))
    if sender is None:
        return [Ignored("no sender")]
    text, pictures = _content(part(said, "body"), asked)
    if not pictures and not says_something(text):
        return [Ignored("without words")]
    found = Inbound(
        channel_id,
        sender,
        f"say/{_key(asked, said.get('at'))}",
        text,
        language=_language(asked),
        attachments=pictures,
        media=_media(part(said, "body"), asked) if pictures else (),
        reply_token=_callback(asked),
    )
    return [found]


def answer(said: Said) -> Answer:
    """Return that the reply comes by the callback, or a text where Kakao gave none."""
    asked = part(part(said, "body"), "userRequest")
    language = "en" if _language(asked) == "en" else "ko"
    told: dict[str, object] = {"version": VERSION}
    if _callback(asked):
        told |= {"useCallback": True, "data": {"text": WAITING[language]}}
    else:
        told["template"] = {"outputs": [{"simpleText": {"text": NO_CALLBACK[language]}}]}
    return Answer(json.dumps(told, ensure_ascii=False))


def _content(body: Part, asked: Part) -> tuple[str, int]:
    """Return the words of a message and how many pictures came with it."""
    text = text_of(asked.get("utterance")).strip()
    pictures = len(_secure_pictures(part(part(body, "action"), "params").get("secureimage")))
    if part(asked, "params").get("media") or _PICTURE.fullmatch(text):
        pictures = pictures or 1
    if pictures and _LINK.fullmatch(text):
        text = ""  # Kakao writes a picture's address where words would stand
    return text, min(pictures, MOST_PICTURES)


def _media(body: Part, asked: Part) -> tuple[dict[str, str], ...]:
    """Return the addresses of a message's pictures, wherever Kakao wrote them."""
    secure = _secure_pictures(part(part(body, "action"), "params").get("secureimage"))
    media = part(part(asked, "params"), "media")
    plain = [media.get("url"), text_of(asked.get("utterance")).strip()]
    urls = secure or [each for each in plain if isinstance(each, str) and _LINK.fullmatch(each)]
    return tuple(
        found for each in dict.fromkeys(urls[:MOST_PICTURES]) for found in media_of("image", each)
    )


def _secure_pictures(value: object) -> list[str]:
    return _LINK.findall(value[:MAX_URL]) if isinstance(value, str) else []


def _language(asked: Part) -> str | None:
    language = asked.get("lang")
    return "ko" if language in KOREAN else language_of(language)


def _callback(asked: Part) -> str | None:
    """Return the URL that takes the reply, once and for a minute."""
    url = id_of(asked.get("callbackUrl"), MAX_URL)
    return url if url and url.isascii() and url.isprintable() else None


def _key(asked: Mapping[str, object], at: object) -> str:
    """Return the id of a message.

    A callback belongs to one message. Without it the same words within five seconds are one.
    """
    words = str(asked.get("utterance"))[:MAX_URL]
    block = str(part(asked, "block").get("id"))
    seconds = at // 1000 if isinstance(at, int) else 0
    moment = _callback(asked) or str(seconds // REPEAT_SECONDS)
    told = json.dumps([words, block, moment]).encode()
    return hashlib.sha256(told).hexdigest()[:40]


HOOK = Hook(verify, read, parse, answer)
