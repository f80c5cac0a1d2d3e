"""A mail to a pool's own address is taken in here, as what its sender did in a conversation.

The stored mail is moved to its thread's folder once it was heard, so whatever is left below `mail/`
is tried again. An erasure of the thread deletes it.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Literal, Protocol

from surgeline.application.configuration import PoolSettings
from surgeline.application.conversations.take_mail import (
    ARRIVED,
    KEPT,
    MailAnswer,
    Taken,
    answer_of,
)
from surgeline.application.desks.acts import DeskSaid, PassedOn
from surgeline.application.desks.hear_desk import HearDesk
from surgeline.application.ports.blobs import Blobs, bytes_of
from surgeline.application.ports.desk_links import DeskLinks
from surgeline.domain.ids import thread_of

FOLDER = "pool."
"""The mails of a pool arrive below `mail/pool.<id>/`. No channel's id has a dot."""
BOUNCED = "mails come back"


@dataclass(frozen=True, slots=True)
class ReadDeskMail:
    """A mail as it was read. `why` names an ignored one for the log, in our own words.

    `ref` is the place that the mail names, or nothing. `answer` has what our next mail to the place
    needs.
    """

    kind: Literal["said", "bounced", "ignored"]
    why: str = ""
    ref: str = ""
    said: DeskSaid | None = None
    answer: MailAnswer | None = None


class ReadsDeskMail(Protocol):
    """Reads mails to pools."""

    def __call__(self, pool: PoolSettings, raw: bytes) -> ReadDeskMail | None:
        """Return what a mail is, or None if the pool does not work in a mailbox."""


class FindsPool(Protocol):
    """Finds pools by their ids."""

    def __call__(self, pool_id: str) -> PoolSettings | None:
        """Return the pool, or None. Raises Unavailable."""


class TakeDeskMail:
    """The use case. Taking a mail in twice is harmless."""

    def __init__(
        self,
        *,
        blobs: Blobs,
        links: DeskLinks,
        pool: FindsPool,
        read: ReadsDeskMail,
        hear: HearDesk,
    ) -> None:
        self._blobs = blobs
        self._links = links
        self._pool = pool
        self._read = read
        self._hear = hear

    def __call__(self, key: str) -> Taken:
        """Take in the mail below `mail/pool.{pool}/`. Raises Unavailable."""
        folder = key.removeprefix(ARRIVED).partition("/")[0]
        raw = bytes_of(self._blobs, key)
        if raw is None:
            return Taken("gone", channel_id=folder)
        pool = self._pool(folder.removeprefix(FOLDER))
        mail = self._read(pool, raw) if pool else None
        if pool is None or mail is None:
            return Taken("no channel", channel_id=folder)
        digest = hashlib.sha256(key.encode()).hexdigest()[:32]
        link = self._links.find(pool.id, mail.ref) if mail.ref else None
        thread = thread_of(link.conversation_id) if link else ""
        if link and mail.answer and mail.answer.message_id:
            kept = json.dumps(asdict(mail.answer)).encode()
            self._blobs.put(_answer_key(thread, pool.id), kept)
        end = mail.why or mail.kind
        if mail.kind == "said" and mail.said:
            end = self._hear(pool, mail.said)
        elif mail.kind == "bounced" and link:
            gone = (PassedOn(None, BOUNCED),)
            end = self._hear(pool, DeskSaid(mail.ref, f"bounce/{digest}", gone, "mail server"))
        place = f"{KEPT}{thread}/desk/{digest}" if thread else f"{KEPT}{folder}/{digest}"
        self._blobs.put(f"{place}.eml", raw)
        self._blobs.delete(key)
        return Taken(mail.kind, end, channel_id=folder, thread_id=thread)


def desk_answer(blobs: Blobs, thread: str, pool_id: str) -> MailAnswer | None:
    """Return what is kept of the last mail of a pool's people in a thread, or None."""
    return answer_of(bytes_of(blobs, _answer_key(thread, pool_id)))


def _answer_key(thread: str, pool_id: str) -> str:
    return f"{KEPT}{thread}/desk/{pool_id}.json"
