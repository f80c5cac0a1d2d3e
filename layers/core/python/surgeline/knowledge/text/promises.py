"""Words that no customer should read are found here: promises of a time, and internal ids.

While a crisis lasts, exclamation marks and pictures are such words as well.

Answers and texts of waiting are both checked. A shop that delivers within two days may say so. Only
a promise that somebody writes or calls within a time is refused, because nothing here keeps it.
"""

import re
from collections.abc import Iterator
from typing import Final

_FEW: Final = (
    r"(?:\d{1,4}(?:\s?(?:-|–|to)\s?\d{1,4})?|an?|one|two|three|four|five|six|seven|ten|twelve"
    r"|twenty[- ]four|forty[- ]eight|seventy[- ]two|a few|a couple of)"
)
_TIME: Final = (
    rf"{_FEW}[\s-]{{0,3}}(?:minutes?|mins?|hours?|hrs?|(?:business |working )?days?|weeks?|h)\b"
)
_PEU: Final = (
    r"(?:\d{1,4}(?:\s?(?:-|–|à)\s?\d{1,4})?|une?|deux|trois|quatre|cinq|six|sept|dix|douze"
    r"|vingt-quatre|quarante-huit|soixante-douze|quelques)"
)
_TEMPS: Final = (
    rf"{_PEU}\s{{0,3}}(?:minutes?|heures?|jours?(?: (?:ouvr(?:és?|ables?)))?|semaines?|h)\b"
)
_ANSWER: Final = (
    r"(?:reply|replies|respond|responds|responses?|answer|answers|write back|get back"
    r"|back to you|write to you|be in touch|contact you|call you|reach (?:out|you)|hear from us)"
)
_REPOND: Final = (
    r"(?:répon\w+|recontact\w+|rappel\w+|reviendrons|reviendra|revenons vers|écrirons|écrivons"
    r"|contact\w+)"
)
_A_DAY: Final = (
    r"(?:by (?:tomorrow|tonight|the end of the day)"
    r"|(?:on |by )?the (?:same|next) (?:business |working )?day\b(?! deliver| shipp))"
)
_SOUS: Final = r"(?:sous|dans (?:les |un délai (?:maximum )?de )?|en moins de)"
_WITHIN_KO: Final = (
    r"(?:\d{1,4}\s{0,3}(?:분|시간|일|영업일|주)|하루|이틀|사흘|일주일|(?:한|두|세|몇)\s?시간)"
    r"\s{0,3}(?:이내|안|내)(?:에|로)?"
)
_PROMISED: Final = re.compile(
    rf"\b{_ANSWER}\b[^.!?\n]{{0,80}}\b(?:(?:within|in|under)\s+(?:the next\s+)?{_TIME}|{_A_DAY})"
    rf"|\b(?:within|in under)\s+{_TIME}[^.!?\n]{{0,60}}\b{_ANSWER}\b"
    rf"|\b(?:response|reply|answer(?:ing)?) times?\b[^.!?\n]{{0,30}}\b{_TIME}"
    r"|\b\d{1,4}[\s-]hours? (?:response|reply|answer)"
    rf"|\b{_REPOND}\b[^.!?\n]{{0,80}}\b{_SOUS}\s{{0,3}}{_TEMPS}"
    rf"|\b(?:sous|d'ici)\s{{0,3}}{_TEMPS}[^.!?\n]{{0,60}}\b{_REPOND}\b"
    rf"|{_WITHIN_KO}[^.!?\n]{{0,40}}(?:답변|답장|연락|회신|전화)(?!\s?(?:해\s?)?(?:주|바랍))",
    re.IGNORECASE,
)
"""A promise that somebody answers within a time, such as "we reply within 24 hours".

A customer who is asked to write within a time is promised nothing.
"""
_BARE: Final = re.compile(
    rf"\bwithin\s+{_TIME}|\bsous\s+{_TEMPS}|{_WITHIN_KO}",
    re.IGNORECASE,
)
"""A time alone, which is a promise where the text is about waiting."""
_ID: Final = re.compile(r"\b(?=[a-z2-7]*[2-7][a-z]*[2-7])[a-z][a-z2-7]{26}(?:[-_]\d+)?\b")
"""An id of a thread, a conversation or an event."""
_TICKET: Final = re.compile(
    r"\b(?:ticket|case)\s*(?:no\.?|number|#)\s*[:#]?\s*\w{0,10}\d\w{0,20}|\bticket\s+\d{3,20}\b"
    r"|\b(?:ticket|dossier)\s*(?:n[°ºo]\.?|numéro)\s*:?\s*\w{0,10}\d\w{0,20}"
    r"|(?:접수|문의|티켓)\s?번호[는은]?\s*[:#]?\s*\w{0,10}\d\w{0,20}",
    re.IGNORECASE,
)
"""The number of a ticket."""


_LOUD: Final = re.compile(r"[!\u00a1\uff01]|[\u2600-\u27bf\U0001f000-\U0001faff]")
"""An exclamation mark, or a picture such as a smile."""


def promise_problems(text: str) -> Iterator[str]:
    """Yield what an answer says that no answer should say."""
    promise = _PROMISED.search(text)
    if promise:
        yield (
            f"it promises {promise[0]!r}, and nothing keeps that promise; say what happens next"
            " instead"
        )
    yield from _id_problems(text)


def loud_problems(text: str) -> Iterator[str]:
    """Yield what an answer says that nobody should read in a crisis."""
    if loud := _LOUD.search(text):
        yield f"it has {loud[0]!r}, which is too cheerful for a crisis"
    yield from promise_problems(text)


def tone_problems(text: str) -> Iterator[str]:
    """Yield what a text about waiting says that nobody who waits should read."""
    promise = _PROMISED.search(text) or _BARE.search(text)
    if promise:
        yield (
            f"it promises {promise[0]!r}, and nothing keeps that promise; show {{time|…}} or"
            " {opens}, which are true"
        )
    yield from _id_problems(text)


def _id_problems(text: str) -> Iterator[str]:
    found = _ID.search(text) or _TICKET.search(text)
    if found:
        yield f"it shows {found[0]!r}, an internal number that tells a customer nothing"
