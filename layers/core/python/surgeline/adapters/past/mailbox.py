"""A mailbox in the form mbox is read here. Mails that refer to each other are one conversation.

Each conversation is of one customer, also where several answer the same mail of the team.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from email.utils import getaddresses
from typing import Final

from surgeline.adapters.channels.email.headers import (
    addresses,
    is_address,
    machine,
    message_id,
    references,
    sender_of,
    untagged,
)
from surgeline.adapters.channels.email.history import own_words
from surgeline.adapters.channels.email.hypertext import text_of
from surgeline.adapters.channels.email.mime import Mime, read_mime
from surgeline.adapters.past.gathering import Draft, Gathering
from surgeline.domain.plain_text import says_something

MOST_MAIL_BYTES: Final = 30_000_000
MOST_REFERENCES: Final = 20
_NOBODY: Final = "nobody@invalid"
"""No mail is of this address. Those of the team are known before."""
_KINDS: Final = {"no sender": "no_sender", "list": "list"}
"""Whatever else is a machine's is left out under one code."""
_QUOTED: Final = re.compile(rb"^>(>*From )", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Mail:
    line: int
    mime: Mime
    id: str
    at: int | None


def is_mailbox(beginning: bytes) -> bool:
    """Return whether a file begins as a mailbox does."""
    return beginning.startswith(b"From ")


def read_mailbox(found: Gathering, lines: Iterable[bytes], ours: Collection[str]) -> None:
    """Gather the mails of a file's lines.

    `ours` are the team's addresses, or domains as `@shop.example`. Machines' mails are left out
    and counted.
    """
    mails = [mail for line, raw in _split(lines) if (mail := _read(found, line, raw))]
    mails.sort(key=lambda each: each.at or 0)  # an undated mail can only begin a conversation
    homes: dict[str, str] = {}
    read: set[str] = set()
    for mail in mails:
        if mail.id in read:
            found.left_out["again"] += 1
        elif _add(found, mail, homes, ours):
            read.add(mail.id)


def _split(lines: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield each mail with the line where it begins. The file may be large."""
    begun, size, blank = 0, 0, True
    mail: list[bytes] = []
    for number, line in enumerate(lines, 1):
        if blank and line.startswith(b"From "):
            if begun:
                yield begun, b"".join(mail)
            begun, size, mail = number, 0, []
        elif begun and size < MOST_MAIL_BYTES:
            mail.append(line)
            size += len(line)
        blank = not line.strip()
    if begun:
        yield begun, b"".join(mail)


def _read(found: Gathering, line: int, raw: bytes) -> _Mail | None:
    mime = read_mime(_QUOTED.sub(rb"\1", raw))
    if not mime.headers:
        found.report(line, "", "no_headers")
        return None
    at, is_read = found.moment(line, "Date", mime.first("date"))
    if not is_read:
        return None
    own_id = message_id(mime) or f"<{hashlib.sha256(raw).hexdigest()[:40]}@no-id>"
    return _Mail(line, mime, own_id, at)


def _add(found: Gathering, mail: _Mail, homes: dict[str, str], ours: Collection[str]) -> bool:
    """Add a mail to its customer's conversation that it refers to, or to its own.

    `homes` has the conversation of each mail so far, and of those that they refer to. Returns
    whether the mail was taken.
    """
    name, sender = sender_of(mail.mime)
    writer = next((each for _, each in addresses(mail.mime, "from")), sender)
    is_team = _is_ours(writer, ours)
    if why := "" if is_team else machine(mail.mime, _NOBODY):
        found.left_out[_KINDS.get(why, "machine")] += 1
        return False
    refers = references(mail.mime)
    known = (homes[each] for each in (mail.id, *reversed(refers)) if each in homes)
    customers = _receivers(mail.mime, ours) if is_team else [sender]
    fitting = (each for each in known if _is_theirs(found.draft(each, mail.line), customers))
    home = next(fitting, mail.id)
    draft = found.draft(home, mail.line)
    homes[mail.id] = home
    for each in refers:
        homes.setdefault(each, home)
    if is_team:
        _take_teams(draft, mail, customers)
    else:
        _take_customers(draft, mail, name, sender)
    return True


def _receivers(mime: Mime, ours: Collection[str]) -> list[str]:
    values = [value for name in ("to", "cc") for value in mime.every(name)]
    try:
        found = [each.lower() for _, each in getaddresses(values) if is_address(each)]
    except (ValueError, IndexError, RecursionError):  # hostile headers, in some versions of Python
        return []
    return [each for each in found if not _is_ours(each, ours)]


def _is_theirs(draft: Draft, customers: Collection[str]) -> bool:
    """Return whether a conversation is of one of these customers, or of nobody yet.

    A mail of the team that names no customer goes where it refers to.
    """
    return not draft.sender or not customers or draft.sender in customers


def _take_teams(draft: Draft, mail: _Mail, customers: Collection[str]) -> None:
    draft.sender = draft.sender or next(iter(customers), "")
    draft.subject = draft.subject or mail.mime.first("subject")
    draft.add("team", _words(mail.mime), mail.at)


def _take_customers(draft: Draft, mail: _Mail, name: str, sender: str) -> None:
    draft.sender = sender if not any(e.by == "customer" for e in draft.said) else draft.sender
    draft.name = draft.name or name
    draft.subject = draft.subject or mail.mime.first("subject")
    draft.add("customer", _words(mail.mime) or mail.mime.first("subject"), mail.at)
    draft.message_id = "" if mail.id.endswith("@no-id>") else mail.id
    draft.references = tuple(references(mail.mime)[-MOST_REFERENCES:])


def _words(mime: Mime) -> str:
    plain = own_words(mime.plain)
    return plain if says_something(plain) else own_words(text_of(mime.html))


def _is_ours(address: str, ours: Iterable[str]) -> bool:
    known = untagged(address.lower())
    return any(known.endswith(each) if each.startswith("@") else known == each for each in ours)
