"""The parts of a mail are read here, with bounds, so that no mail costs more than a second.

Nothing here raises for any bytes. A mail that is built to be expensive is read by its headers only.
"""

import re
from binascii import a2b_base64, a2b_qp
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import MessageError
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.utils import collapse_rfc2231_value
from itertools import islice
from typing import Final

from surgeline.adapters.channels.email.charsets import decoded

MOST_BYTES: Final = 10_000_000
"""The most bytes of a mail that are read. The rest can only be the end of an attachment."""
MOST_HEAD_BYTES: Final = 256_000
MOST_HEADERS: Final = 500
MOST_HEADER_CHARS: Final = 4_000
MOST_TEXT_BYTES: Final = 400_000
MOST_PARTS: Final = 300
MOST_CONTAINERS: Final = 100
MOST_WORK: Final = 3_000_000
"""Each line is compared with the boundary of each open part, so their product is the work."""
MOST_PARAMETERS: Final = 100
"""The most parameters of one header. The library looks at each again for every other one."""
LOGO_BYTES: Final = 20_000
"""A picture inside the text counts as an attachment from this size on. A logo is smaller."""
NAME_CHARS: Final = 80
WRITERS: Final = ("from", "reply-to")
"""The headers that name a writer."""

_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_CONTAINER = re.compile(rb"boundary|message/|multipart/", re.IGNORECASE)
_FIELD = re.compile(
    rb"(?:^|[\r\n])content-(?:type|disposition):((?:[^\r\n]*(?:\r\n?|\n)[ \t])*[^\r\n]*)",
    re.IGNORECASE,
)
WORD = re.compile(r"=\?([A-Za-z0-9_*.:+-]{1,40})\?([bBqQ])\?([!->@-~]*)\?=")
_SIGNATURES = ("application/pgp-signature", "application/pkcs7-signature")
_SIGNATURES_TOO = ("application/x-pkcs7-signature", "application/pgp-keys")
_ERRORS = (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What the standard library raises for hostile bytes, in one version or another."""


@dataclass(slots=True)
class Mime:
    """A mail as it was read.

    `headers` has lower-case names and readable values, in order. `writers` has those that name a
    writer, as they were written, because only names may be decoded in them. `plain` and `html` are
    the text as the sender wrote it. `attachments` are the names of files, and `files` their parts.
    `reports` are the parts that machines write for machines, by their media type. `whole` is False
    if only the headers could be read.
    """

    headers: list[tuple[str, str]] = field(default_factory=list)
    writers: list[tuple[str, str]] = field(default_factory=list)
    media: str = "text/plain"
    report_type: str = ""
    plain: str = ""
    html: str = ""
    attachments: list[str] = field(default_factory=list)
    files: "list[Message[str, str]]" = field(default_factory=list)
    reports: list[tuple[str, str]] = field(default_factory=list)
    whole: bool = True

    def first(self, name: str) -> str:
        """Return the first header of that lower-case name, or an empty text."""
        return next((value for known, value in self.headers if known == name), "")

    def every(self, name: str) -> list[str]:
        """Return all headers of that lower-case name."""
        return [value for known, value in self.headers if known == name]


def read_mime(raw: bytes) -> Mime:
    """Return what a mail says. Raises nothing."""
    raw = raw[:MOST_BYTES]
    message, whole = _parsed(raw)
    found = Mime(headers=list(_headers(message)), media=_media(message), whole=whole)
    found.writers = list(_writers(message))
    found.report_type = _parameter(message, "report-type").lower()
    if whole:
        _take(found, message)
    return found


def file_of(raw: bytes, number: int) -> bytes | None:
    """Return the bytes of a mail's file, counted from 0, or None if it has no such file."""
    files = read_mime(raw).files
    return _bytes(files[number]) if 0 <= number < len(files) else None


def kinds_of(mime: Mime) -> list[str]:
    """Return the kind of each file: image, video, audio, or file."""
    kinds = [_media(each).partition("/")[0] for each in mime.files]
    return [each if each in ("image", "video", "audio") else "file" for each in kinds]


def _parsed(raw: bytes) -> tuple["Message[str, str]", bool]:
    """Return the mail's tree, or its headers alone where the tree would cost too much."""
    end = _END_OF_HEAD.search(raw, 0, MOST_HEAD_BYTES)
    head = raw[: end.end()] if end else raw[:MOST_HEAD_BYTES]
    containers = sum(1 for _ in _CONTAINER.finditer(raw))
    lines = raw.count(b"\n") + raw.count(b"\r")
    bearable = containers <= MOST_CONTAINERS and lines * (1 + containers // 2) <= MOST_WORK
    bearable = bearable and all(_is_bearable(each[1]) for each in _FIELD.finditer(raw))
    if bearable and (end or len(raw) <= MOST_HEAD_BYTES):
        try:
            return BytesParser().parsebytes(raw), True
        except _ERRORS:
            pass
    try:
        return BytesHeaderParser().parsebytes(head), False
    except _ERRORS:
        return Message(), False


def _is_bearable(field: bytes | str) -> bool:
    """Return whether the library takes a header with parameters apart in a short time."""
    semicolon = b";" if isinstance(field, bytes) else ";"
    return field.count(semicolon) <= MOST_PARAMETERS  # type: ignore[arg-type] # of the same type


def _headers(message: "Message[str, str]") -> Iterator[tuple[str, str]]:
    for name, value in islice(message.raw_items(), MOST_HEADERS):
        yield str(name).lower(), readable(str(value)[:MOST_HEADER_CHARS])


def _writers(message: "Message[str, str]") -> Iterator[tuple[str, str]]:
    for name, value in islice(message.raw_items(), MOST_HEADERS):
        if str(name).lower() in WRITERS:
            yield str(name).lower(), " ".join(_text_of(str(value)[:MOST_HEADER_CHARS]).split())


def readable(value: str) -> str:
    """Return a header's value on one line, with its encoded words and raw bytes decoded.

    Words that follow each other under one charset may share a character, so they are decoded as
    one. A word that can't be decoded stays as it is.
    """
    text = _text_of(value)
    said: list[str] = []
    run, named, place = b"", "", 0
    for word in WORD.finditer(text):
        between = text[place : word.start()]
        charset, content = word[1].partition("*")[0].lower(), _content(word[2], word[3])
        if run and (between.strip() or charset != named):
            said.append(decoded(run, named))
            run = b""
        said.append(between if between.strip() or not place else "")
        run, named = run + content, charset
        place = word.end()
    said += [decoded(run, named), text[place:]]
    return " ".join("".join(said).split())


def _content(form: str, written: str) -> bytes:
    """Return the bytes of an encoded word, or as many of them as can be read."""
    if form in "qQ":
        return a2b_qp(written, header=True)
    try:
        return a2b_base64(written + "=" * (-len(written) % 4))
    except ValueError:
        return b""


def _text_of(value: str) -> str:
    """Return a header's value with the bytes decoded that the parser could not decode."""
    is_raw = any("\udc80" <= each <= "\udcff" for each in value)
    return decoded(value.encode("utf-8", "surrogateescape"), None) if is_raw else value


def _take(found: Mime, message: "Message[str, str]") -> None:
    """Sort the parts of the tree into texts, attachments and reports."""
    left: list[tuple[Message[str, str], str]] = [(message, "")]
    seen = 0
    while left and seen < MOST_PARTS:
        part, parent = left.pop()
        seen += 1
        media = _media(part)
        if media.startswith("multipart/") and part.is_multipart():
            left += [(each, media) for each in reversed(_inner(part))]
        else:
            _take_leaf(found, part, media, parent)


def _take_leaf(found: Mime, part: "Message[str, str]", media: str, parent: str) -> None:
    if media in _SIGNATURES or media in _SIGNATURES_TOO:
        return
    if parent == "multipart/report" and not media.startswith("text/plain"):
        found.reports.append((media, _report(part)))
        return
    disposition = str(part.get("content-disposition", "")).strip().lower()
    is_file = disposition.startswith("attachment") or bool(_name(part))
    if media == "text/plain" and not is_file:
        text = _text(part)
        flowed = _parameter(part, "format").lower() == "flowed"
        found.plain = _joined(found.plain, _unflowed(text) if flowed else text)
    elif media == "text/html" and not is_file:
        found.html = _joined(found.html, _text(part))
    elif media == "text/calendar" and parent == "multipart/alternative":
        return
    elif not _is_logo(part, media, parent):
        found.attachments.append(_name(part) or media)
        found.files.append(part)


def _joined(before: str, text: str) -> str:
    joined = f"{before}\n{text}" if before and text else before or text
    return joined[:MOST_TEXT_BYTES]


def _is_logo(part: "Message[str, str]", media: str, parent: str) -> bool:
    if parent != "multipart/related" or not media.startswith("image/") or "content-id" not in part:
        return False
    return len(_bytes(part)) < LOGO_BYTES


def _text(part: "Message[str, str]") -> str:
    return decoded(_bytes(part)[:MOST_TEXT_BYTES], _parameter(part, "charset") or None)


def _unflowed(text: str) -> str:
    """Return a flowed text (RFC 3676) with the lines joined that its program broke softly."""
    lines: list[list[str]] = []
    before = ""
    for line in text.splitlines():
        soft = before.endswith(" ") and not {before, line} & {"-- ", "> -- "}
        if soft and _depth(before) == _depth(line):
            lines[-1].append(line[_depth(line) :].removeprefix(" "))
        else:
            lines.append([line])
        before = line
    return "\n".join("".join(each) for each in lines)


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(">"))


def _bytes(part: "Message[str, str]") -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except _ERRORS:
        return b""
    return payload if isinstance(payload, bytes) else b""


def _report(part: "Message[str, str]") -> str:
    """Return a report's fields, or the headers of the mail that the report is about."""
    lines = [f"{name}: {value}" for block in _inner(part) for name, value in block.items()]
    text = "\n".join(map(str, lines)) or decoded(_bytes(part)[:MOST_HEAD_BYTES], None)
    return text[:MOST_HEAD_BYTES]


def _inner(part: "Message[str, str]") -> "list[Message[str, str]]":
    """Return the parts of a part. A leaf has none."""
    inner = part.get_payload() if part.is_multipart() else []
    return [each for each in inner if isinstance(each, Message)]


def _media(part: "Message[str, str]") -> str:
    try:
        return part.get_content_type()
    except _ERRORS:
        return "text/plain"


def _name(part: "Message[str, str]") -> str:
    try:
        name = part.get_filename()
    except _ERRORS:
        return ""
    return readable(str(name))[:NAME_CHARS] if name else ""


def _parameter(part: "Message[str, str]", name: str) -> str:
    if not _is_bearable(str(part.get("content-type", ""))):
        return ""
    try:
        value = part.get_param(name)
        return collapse_rfc2231_value(value).strip() if value else ""
    except _ERRORS:
        return ""
