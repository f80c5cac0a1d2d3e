"""The fields of an e-mail channel are here: its address, its way out, and who proves senders."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from surgeline.adapters.channels.email.headers import is_address
from surgeline.application.ports.mails import Security, Smarthost

KIND_NAME = "email"
SES = "ses"
SES_RECEIVER = "amazonses.com"
STARTTLS: Mapping[str, Security] = {"yes": "starttls", "always": "tls", "no": "none"}
USUAL_PORTS: Mapping[Security, int] = {"starttls": 587, "tls": 465, "none": 25}
MAX_PORT = 65_535
MOST_LOCAL = 36
"""RFC 5321 allows 64 characters before the @, and a thread's tag takes 28."""


@dataclass(frozen=True, slots=True)
class EmailChannel:
    """The settings of an e-mail channel. All that it has are its fields."""


FIELDS = {
    "address": "your domain: the address that customers write to, such as support@shop.example",
    "host": "your mail provider's help: the name of its SMTP server; or give ses for Amazon SES",
    "port": "the same place, if it is not 587",
    "user": "the same place, if that server asks for a login",
    "password": "the same place, with the user",
    "starttls": "the same place: yes (the usual), always (TLS from the start), or no",
    "authserv_id": "a mail that arrived: the first word of its header Authentication-Results",
}
OPTIONAL = frozenset({"port", "user", "password", "starttls", "authserv_id"})
STEPS = (
    "On one machine: start `surgeline up --smtp-port 2525`. Let your mail server pass mails on.",
    "On AWS: add a receipt rule in SES that stores mails below mail/{channel_id}/ in the bucket.",
    "In DNS, set SPF, DKIM and DMARC for your domain, as docs/channels/email.md says.",
)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An e-mail channel's own address and its ways.

    `receiver` is the server whose proof of senders counts, or nothing. Without a `smarthost` the
    home's own service sends, which is Amazon SES.
    """

    address: str
    receiver: str = ""
    smarthost: Smarthost | None = None

    def tagged(self, thread: str) -> str:
        """Return the address at which answers to a thread arrive."""
        local, _, domain = self.address.rpartition("@")
        return f"{local}+{thread}@{domain}"

    @property
    def domain(self) -> str:
        """Return the part of the address after the @."""
        return self.address.rpartition("@")[2]


def mailbox_of(fields: Mapping[str, str]) -> Mailbox:
    """Return the mailbox that a channel's fields describe. They were checked when they were set."""
    host = fields["host"].lower()
    receiver = fields.get("authserv_id", SES_RECEIVER if host == SES else "").lower()
    address = fields["address"].lower()
    if host == SES:
        return Mailbox(address, receiver)
    security = STARTTLS[fields.get("starttls", "yes")]
    port = int(fields.get("port", USUAL_PORTS[security]))
    user, password = fields.get("user", ""), fields.get("password", "")
    return Mailbox(address, receiver, Smarthost(host, port, user, password, security))


def wrong_fields(fields: Mapping[str, str]) -> Iterator[str]:
    """Yield the problems of the fields together, each as "fields.name: what is accepted"."""
    address = fields.get("address", "")
    if address and (not is_address(address) or "+" in address):
        yield "fields.address: give one mail address without a + in it"
    if len(address.partition("@")[0]) > MOST_LOCAL:
        yield f"fields.address: give at most {MOST_LOCAL} characters before the @"
    port = fields.get("port", "25")
    if not port.isascii() or not port.isdigit() or not 1 <= int(port) <= MAX_PORT:
        yield f"fields.port: give a number from 1 to {MAX_PORT}"
    if fields.get("starttls", "yes") not in STARTTLS:
        yield f"fields.starttls: give {', '.join(STARTTLS)}"
    if ("user" in fields) != ("password" in fields):
        yield "fields.password: give user and password together, or neither"
    unguarded = fields.get("starttls") == "no" and "password" in fields
    if unguarded and fields.get("host") not in ("127.0.0.1", "localhost"):
        yield "fields.starttls: a password needs yes or always, except for a server on this machine"
