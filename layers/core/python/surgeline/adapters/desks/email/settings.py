"""The settings of a pool that works in a mailbox, and the fields of its way out, are here."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from surgeline.adapters.channels.email import settings as channel
from surgeline.adapters.channels.email.headers import is_address

KIND_NAME: Final = "email"
MOST_LOCAL: Final = 26
"""RFC 5321 allows 64 characters before the @. An offer's tag and a command take up to 38."""
RING_SECONDS: Final = 3_600
"""How long an offer stands in a mailbox, where people look now and then."""
_DOMAIN = re.compile(r"@[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class EmailDesk:
    """The settings of a pool that works in a mailbox.

    `mailbox` is the address that gets the pool's conversations. `people` are the addresses, or
    domains as `@shop.example`, whose answers count. Without any it is the mailbox's domain.
    """

    mailbox: str
    people: tuple[str, ...] = ()

    def knows(self, address: str) -> bool:
        """Return whether a mail from that address is one of the pool's people."""
        known = self.people or (f"@{self.mailbox.rpartition('@')[2]}",)
        domain = f"@{address.rpartition('@')[2]}"
        return any(each.lower() in (address, domain) for each in known)


FIELDS = channel.FIELDS | {
    "address": "your domain: an address of its own for this pool, such as desk@shop.example, "
    "whose mails come in here"
}
OPTIONAL = channel.OPTIONAL
STEPS = (
    "On one machine: start `surgeline up --smtp-port 2525`. Let your mail server pass mails on.",
    "On AWS: let a receipt rule of SES store mails below mail/pool.{channel_id}/ in the bucket.",
    "Tell your people: an answer to a conversation's mail goes to the customer.",
)


def settings_problems(settings: EmailDesk, allow_loopback: bool) -> Iterable[str]:  # as Kind has it
    """Yield the problems of the settings."""
    del allow_loopback
    if not is_address(settings.mailbox):
        yield "mailbox: give the mail address of the people, such as team@shop.example"
    for number, each in enumerate(settings.people):
        if not is_address(each) and not _DOMAIN.fullmatch(each.lower()):
            yield f"people[{number}]: give a mail address, or a domain such as @shop.example"


def wrong_fields(fields: Mapping[str, str]) -> Iterator[str]:
    """Yield the problems of the fields together."""
    yield from channel.wrong_fields(fields)
    local = fields.get("address", "").partition("@")[0]
    if MOST_LOCAL < len(local) <= channel.MOST_LOCAL:
        yield f"fields.address: give at most {MOST_LOCAL} characters before the @"
