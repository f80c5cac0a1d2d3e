"""A mail that was stored is taken in here, as a customer's message or for what else it is.

The stored mail is moved to its thread's folder once the queue has its message. So whatever is left
below `mail/` was not taken in yet, and is tried again.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Literal, Protocol

from surgeline.application.conversations.intake import Inbound, Intake, Left
from surgeline.application.ports.blobs import Blobs, bytes_of
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.conversations import ConversationStore
from surgeline.domain.ids import message_id, thread_id

ARRIVED = "mail/"
KEPT = "mail-kept/"
REPEATS = 5
"""So many mails of the same words within a day are a machine's, whatever their headers say."""
SHORT = 20
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class MailAnswer:
    """The facts of a mail that an answer to it needs: ids with angle brackets, and the subject."""

    message_id: str
    references: tuple[str, ...] = ()
    subject: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class ReadMail:
    """A mail as it was read. `kind` says what becomes of it.

    A `message` is the customer's. A `note` is of the customer's machine, and belongs to a thread
    that is there. `left` ends the thread, because nothing may or can be sent there.
    Any other mail is only kept. `why` names that for the log, in our own words. `thread` is the
    thread that the mail answers, and is not proved to exist. `files` are the kind and the name of
    each attachment.
    """

    kind: Literal["message", "note", "left", "ignored"]
    why: str = ""
    sender: str = ""
    thread: str = ""
    event_id: str = ""
    text: str = ""
    attachments: int = 0
    files: tuple[tuple[str, str], ...] = ()
    customer: Mapping[str, str | bool] | None = None
    answer: MailAnswer | None = None


class ReadsMail(Protocol):
    """Reads mails of a channel."""

    def __call__(self, channel_id: str, raw: bytes) -> ReadMail | None:
        """Return what a mail is, or None if there is no such channel of e-mail."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The end of a stored mail: its kind, or `no channel` or `gone`."""

    end: str
    why: str = ""
    channel_id: str = ""
    thread_id: str = ""


class TakeMail:
    """The use case. Taking a mail in twice is harmless."""

    def __init__(
        self,
        *,
        blobs: Blobs,
        store: ConversationStore,
        intake: Intake,
        clock: Clock,
        key: Callable[[], bytes],
        read: ReadsMail,
    ) -> None:
        self._blobs = blobs
        self._store = store
        self._intake = intake
        self._clock = clock
        self._key = key
        self._read = read

    def __call__(self, key: str) -> Taken:
        """Take in the mail below `mail/{channel}/`. Raises as `Intake.receive` does."""
        channel_id = key.removeprefix(ARRIVED).partition("/")[0]
        raw = bytes_of(self._blobs, key)
        if raw is None:
            return Taken("gone", channel_id=channel_id)
        mail = self._read(channel_id, raw)
        if mail is None:
            return Taken("no channel", channel_id=channel_id)
        sender, thread = self._whose(channel_id, mail)
        about = {"channel_id": channel_id, "thread_id": thread}
        if mail.kind == "note" and not self._is_there(thread):
            mail = replace(mail, kind="ignored")
        if mail.kind in ("message", "note") and self._repeats(thread, mail):
            mail = replace(mail, kind="ignored", why="repeats itself")
        digest = hashlib.sha256(key.encode()).hexdigest()[:32]
        place = f"{KEPT}{thread}/other/{digest}"
        if mail.kind in ("message", "note"):
            place = self._take(channel_id, sender, thread, mail)
        elif mail.kind == "left" and self._is_there(thread):
            self._intake.receive([Left(channel_id, sender, f"left/{digest}", blocked=True)])
        self._blobs.put(f"{place}.eml", raw)
        self._blobs.delete(key)
        return Taken(mail.kind, mail.why, **about)

    def _is_there(self, thread: str) -> bool:
        """Return whether something was said in a thread, and is kept."""
        known = self._store.thread(thread)
        return known is not None and bool(known.sender)

    def left_over(self) -> list[str]:
        """Return the keys of the mails that were not taken in yet."""
        return self._blobs.keys(ARRIVED)

    def _whose(self, channel_id: str, mail: ReadMail) -> tuple[str, str]:
        """Return the sender and the thread that a mail belongs to.

        An answer belongs to the thread that it answers, also if it comes from another address.
        """
        known = self._store.thread(mail.thread) if mail.thread else None
        if known and known.channel_id == channel_id and known.sender:
            return known.sender, known.id
        return mail.sender, thread_id(self._key(), channel_id, mail.sender)

    def _repeats(self, thread: str, mail: ReadMail) -> bool:
        """Return whether a sender says the same words again and again, as robots do.

        People say short things again and again, such as the number of a choice.
        """
        if len(mail.text) < SHORT:
            return False
        last = last_mail(self._blobs, thread)
        said = last.get("said")
        if not isinstance(said, Mapping) or said.get("digest") != _digest(mail.text):
            return False
        young = self._clock.now() - int(said.get("since", 0)) < DAY_MS
        again = mail.answer is not None and last.get("message_id") == mail.answer.message_id
        return young and not again and int(said.get("times", 0)) >= REPEATS

    def _take(self, channel_id: str, sender: str, thread: str, mail: ReadMail) -> str:
        """Keep what an answer needs, then queue the message. Return the place of the mail."""
        key = self._key()
        place = f"{KEPT}{thread}/{message_id(key, thread, mail.event_id)}"
        if mail.answer:
            last: Mapping[str, object] = asdict(mail.answer)
            self._blobs.put(f"{place}.json", json.dumps(last).encode())
        else:
            last = last_mail(self._blobs, thread)
        self._blobs.put(_last(thread), json.dumps({**last, **self._said(thread, mail)}).encode())
        self._intake.receive(
            [
                Inbound(
                    channel_id,
                    sender,
                    mail.event_id,
                    mail.text,
                    attachments=mail.attachments,
                    media=[
                        {"kind": kind, "ref": f"{place}.eml#{number}", "name": name}
                        for number, (kind, name) in enumerate(mail.files)
                    ],
                    customer=mail.customer,
                    automatic=mail.kind == "note",
                )
            ]
        )
        return place

    def _said(self, thread: str, mail: ReadMail) -> dict[str, object]:
        """Return how often the sender said the words of this mail, for `_repeats`."""
        before = last_mail(self._blobs, thread).get("said")
        now, digest = self._clock.now(), _digest(mail.text)
        if isinstance(before, Mapping) and before.get("digest") == digest:
            since = int(before.get("since", 0))
            if now - since < DAY_MS:
                times = int(before.get("times", 0)) + 1
                return {"said": {"digest": digest, "times": times, "since": since}}
        return {"said": {"digest": digest, "times": 1, "since": now}}


def answered_mail(blobs: Blobs, thread: str, message: str | None) -> MailAnswer | None:
    """Return the mail that a reply answers: the named message's, or else the thread's last one."""
    stored = bytes_of(blobs, f"{KEPT}{thread}/{message}.json") if message else None
    return answer_of(stored) or answer_of(bytes_of(blobs, _last(thread)))


def answer_of(stored: bytes | None) -> MailAnswer | None:
    """Return a mail's facts as they were kept, or None where nothing was."""
    found = _object(stored)
    if not found:
        return None
    return MailAnswer(
        message_id=str(found.get("message_id", "")),
        references=tuple(map(str, _listed(found.get("references")))),
        subject=str(found.get("subject", "")),
        address=str(found.get("address", "")),
    )


def last_mail(blobs: Blobs, thread: str) -> Mapping[str, object]:
    """Return what is kept of the last mail of a thread, or nothing."""
    return _object(bytes_of(blobs, _last(thread)))


def forget_mail(blobs: Blobs, thread: str, message: str) -> None:
    """Delete what an answer to one mail needs, also as the thread's last one. Repeats are safe."""
    place = f"{KEPT}{thread}/{message}.json"
    kept = answer_of(bytes_of(blobs, place))
    if kept is None:
        return
    if answer_of(bytes_of(blobs, _last(thread))) == kept:
        blobs.delete(_last(thread))
    blobs.delete(place)


def forget_mails(blobs: Blobs, thread: str) -> int:
    """Delete every stored mail of a thread, and return how many files that was."""
    kept = blobs.keys(f"{KEPT}{thread}/")
    for each in kept:
        blobs.delete(each)
    return len(kept)


def _last(thread: str) -> str:
    return f"{KEPT}{thread}/last.json"


def _object(stored: bytes | None) -> Mapping[str, object]:
    found = json.loads(stored) if stored else {}
    return found if isinstance(found, dict) else {}


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _digest(text: str) -> str:
    """Return a digest of the words. Robots put other numbers into each of their mails."""
    words = re.sub(r"\d+", "#", " ".join(text.split()))
    return hashlib.sha256(words.encode()).hexdigest()[:32]
