"""An identity is a name of the customer that the channel proves. Nobody is looked up by another."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from surgeline.domain.ids import derived_id

IdentityKind = Literal["phone_e164", "email", "channel"]
Attributes = Mapping[str, str | int | float | bool]

_NUMBER = re.compile(r"(?:whatsapp:)?\+?([1-9][0-9]{6,14})")
_MAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[A-Za-z0-9.-]{1,189}")
PHONES = frozenset({"whatsapp", "twilio"})
"""The kinds of channels whose provider proves a phone number."""
OWN = "signed"
"""The kind of channels whose messages the company's own app signs, with what it says of them."""
PAGE = "web"
"""The kind of channels whose visitors are nobody, unless the company's site proves who they are."""
CROSSING = frozenset({*PHONES, OWN, PAGE, "email"})
"""The kinds of channels that may prove a name which a channel of another kind proves too."""


ARRIVED = ("arrived_from", "arrived_kind", "arrived_sender")
"""What is said of a visitor whom a closed channel sent on: that channel, its kind, its sender."""


@dataclass(frozen=True, slots=True)
class Identity:
    """One name of the customer. `channel` is the kind of channel that proves it."""

    kind: IdentityKind
    value: str
    channel: str


def proven(channel_kind: str, sender: str, said: Attributes) -> tuple[Identity, ...]:
    """Return the identities that a channel of that kind proves of the sender of a message.

    `said` are the attributes that came with the message. A mail proves its address only if our own
    receiver found that DMARC passes, and if the answers go to that address. A company's own app
    signs what it says, and its site may prove the id of a visitor. A visitor whom a closed channel
    sent on has the address to which the link was sent.
    """
    if channel_kind == PAGE:
        return (*_visitor(channel_kind, said), *_arrived(said))
    if channel_kind == "email":
        return _writer(channel_kind, sender, said)
    found = _phone(channel_kind, sender) if channel_kind in PHONES else ()
    if channel_kind == OWN:
        found = (*_mail(channel_kind, said), *_phone(channel_kind, str(said.get("phone", ""))))
    return (*found, Identity("channel", sender, channel_kind))


def crossing(channel_kind: str, sender: str, said: Attributes) -> tuple[tuple[str, str], ...]:
    """Return the names of the customer that channels of other kinds may prove too.

    These are an address, a number, and the company's own id of its customer. The company's site
    proves that id on a web chat, and its own app says it as `user_id`.
    """
    if channel_kind not in CROSSING:
        return ()
    known = proven(channel_kind, sender, said)
    names: list[tuple[str, str]] = [(e.kind, e.value) for e in known if e.kind != "channel"]
    if channel_kind == PAGE:
        names += [("user_id", each.value) for each in _visitor(channel_kind, said)]
    elif channel_kind == OWN and isinstance(user := said.get("user_id"), str) and user:
        names.append(("user_id", user))
    return tuple(names)


def site_proves(said: Attributes) -> Attributes:
    """Return the attributes of a web chat's visitor that the company's site proves."""
    proofs = ("user_id", "user_verified") if _visitor(PAGE, said) else ()
    return {name: said[name] for name in (*proofs, *ARRIVED) if name in said}


def customer_of_site(user_id: str) -> str:
    """Return the mark of a customer whom the company's site proves, which does not tell the id."""
    return derived_id("u", user_id, "customer of the site") if user_id else ""


def site_customer(said: Attributes) -> str:
    """Return the mark of the customer whom the site has proven with a message, or nothing."""
    return next((customer_of_site(each.value) for each in _visitor(PAGE, said)), "")


def _visitor(channel_kind: str, said: Attributes) -> tuple[Identity, ...]:
    user = said.get("user_id")
    if said.get("user_verified") is not True or not isinstance(user, str) or not user:
        return ()
    return (Identity("channel", user, channel_kind),)


def _arrived(said: Attributes) -> tuple[Identity, ...]:
    """Return the identity on the closed channel whose link the visitor has opened."""
    kind, sender = said.get("arrived_kind"), said.get("arrived_sender")
    if not isinstance(kind, str) or not isinstance(sender, str) or not sender or kind == PAGE:
        return ()
    if kind == "email":
        return _mail(kind, {"email": sender})
    found = _phone(kind, sender) if kind in PHONES else ()
    return (*found, Identity("channel", sender, kind))


def _writer(channel_kind: str, sender: str, said: Attributes) -> tuple[Identity, ...]:
    """Return the address of a mail if it is proven, and if its thread is that writer's own.

    Somebody else may answer in a thread, and what is said there goes to the thread's owner.
    """
    if said.get("email_verified") is not True:
        return ()
    return tuple(each for each in _mail(channel_kind, said) if each.value == sender.lower())


def _mail(channel_kind: str, said: Attributes) -> tuple[Identity, ...]:
    address = said.get("email")
    if not isinstance(address, str) or not _MAIL.fullmatch(address):
        return ()
    return (Identity("email", address.lower(), channel_kind),)


def _phone(channel_kind: str, written: str) -> tuple[Identity, ...]:
    number = _NUMBER.fullmatch(written)
    return (Identity("phone_e164", f"+{number[1]}", channel_kind),) if number else ()
