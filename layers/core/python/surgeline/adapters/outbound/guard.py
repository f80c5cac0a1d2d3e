"""The URLs and addresses that may be called are judged here, without a look-up or a connection."""

import functools
import ipaddress
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from surgeline.errors import Unprocessable

MAX_URL_CHARS = 2_048
MAX_HOST_CHARS = 253
HTTPS_PORT = 443
MAX_PORT = 65_535

_NO_PORT = f"the URL must have a host, and a port from 1 to {MAX_PORT} if any"
_URL = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<rest>[^#]*)(?:#.*)?"
)
_AUTHORITY = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^:\[\]]+)(?::(?P<port>[1-9][0-9]{0,4}))?")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
# Some readers take a name whose last label is a number for an IPv4 address, others for a name.
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_DENIED = [
    (ipaddress.ip_network(network), why)
    for network, why in (
        ("0.0.0.0/8", "this host"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "carrier-grade NAT"),
        ("127.0.0.0/8", "loopback"),
        ("168.63.129.16/32", "a cloud's own services"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "protocol assignments"),
        ("192.0.2.0/24", "documentation"),
        ("192.31.196.0/24", "AS112"),
        ("192.52.193.0/24", "AMT"),
        ("192.88.99.0/24", "6to4 relays"),
        ("192.168.0.0/16", "private"),
        ("192.175.48.0/24", "AS112"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("::/96", "IPv4-compatible"),
        ("64:ff9b:1::/48", "local NAT64"),
        ("100::/64", "discard"),
        ("100:0:0:1::/64", "dummy prefix"),
        ("2001::/23", "protocol assignments"),  # Teredo, benchmarking and ORCHID among them
        ("2001:db8::/32", "documentation"),
        ("2002::/16", "6to4"),
        ("2620:4f:8000::/48", "AS112"),
        ("3fff::/20", "documentation"),
        ("5f00::/16", "segment routing"),
        ("fc00::/7", "unique-local"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "site-local"),
        ("ff00::/8", "multicast"),
    )
]
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))
_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that may be called, taken apart. `loopback` targets may only ever reach this machine.

    `host` is lower-case ASCII: a name or an address without brackets. `path` includes the query.
    """

    scheme: str
    host: str
    port: int
    path: str
    loopback: bool
    is_literal: bool


@functools.lru_cache(maxsize=1_024)
def check_url(url: str, *, allow_loopback: bool) -> Target:
    """Return the parts of a URL that may be called, judged without a look-up.

    Accepted is https on port 443 with a full domain name or a public address. `allow_loopback` adds
    http and https to this machine (localhost, 127.0.0.0/8, ::1) on any port. Raises Unprocessable
    with what is accepted. The message never repeats the path or the query.
    """
    parts = _parts(url)
    scheme, host = parts["scheme"].lower(), _host(parts["host"])
    address = _literal(host)
    loopback = allow_loopback and (
        host == "localhost"
        or host.endswith(".localhost")
        or (address is not None and _is_loopback(address))
    )
    _check_scheme(scheme, loopback=loopback)
    port = int(parts["port"] or {"http": 80, "https": HTTPS_PORT}[scheme])
    if port > MAX_PORT:
        raise Unprocessable(_NO_PORT)
    if port != HTTPS_PORT and not loopback:
        raise Unprocessable(f"only port {HTTPS_PORT} may be called")
    if address is not None:
        check_address(address, allow_loopback=loopback)
    elif not loopback and ("." not in host or host.endswith(".localhost")):
        raise Unprocessable("the host must be a full domain name or a public address")
    return Target(
        scheme=scheme,
        host=host if address is None else str(address),
        port=port,
        path=parts["rest"] if parts["rest"].startswith("/") else "/" + parts["rest"],
        loopback=loopback,
        is_literal=address is not None,
    )


def is_loopback(url: str) -> bool:
    """Return whether a URL leads to this machine and may be called where that is allowed."""
    try:
        return check_url(url, allow_loopback=True).loopback
    except Unprocessable:
        return False


def check_address(ip: str | _Address, *, allow_loopback: bool) -> None:
    """Refuse every address that is not a public host's.

    An address inside another one counts as itself. Raises Unprocessable.
    """
    try:
        address = ipaddress.ip_address(ip)
    except ValueError as error:
        raise Unprocessable("the address is not an IP address") from error
    if allow_loopback and _is_loopback(address):
        return
    why = _denied(address)
    if why is not None:
        raise Unprocessable(f"addresses of this kind may not be called: {why}")


def check_resolved(target: Target, addresses: Iterable[str]) -> None:
    """Refuse the whole target if its name has resolved to any address that is not allowed.

    Raises Unprocessable.
    """
    for address in addresses:
        check_address(address, allow_loopback=target.loopback)
        if target.loopback and not _is_loopback(ipaddress.ip_address(address)):
            raise Unprocessable("a loopback name resolved to another machine")


def _parts(url: str) -> dict[str, str]:
    """Return scheme, host, port and the rest, by one grammar that allows one reading only."""
    if len(url) > MAX_URL_CHARS:
        raise Unprocessable(f"the URL is longer than {MAX_URL_CHARS} characters")
    if any(c <= " " or c in "\\\x7f" for c in url):
        raise Unprocessable("the URL has a space, a control character or a backslash")
    split = _URL.fullmatch(url)
    if split is None:
        raise Unprocessable("the URL must look like https://name/path")
    if "@" in split["authority"]:
        raise Unprocessable("the URL must not contain user names or passwords")
    authority = _AUTHORITY.fullmatch(split["authority"])
    if authority is None:
        raise Unprocessable(_NO_PORT)
    if not split["rest"].isascii():
        raise Unprocessable("percent-encode the characters beyond ASCII in the URL")
    return {**split.groupdict(), **authority.groupdict(default="")}


def _host(written: str) -> str:
    """Return the host in lower-case ASCII. Every label must have its one accepted spelling."""
    if written.startswith("["):
        return written
    labels = [label.lower() if label.isascii() else _idna(label) for label in written.split(".")]
    host = ".".join(labels)
    if not all(map(_LABEL.fullmatch, labels)) or len(host) > MAX_HOST_CHARS:
        raise Unprocessable("the host is not a domain name in its plain spelling")
    return host


def _idna(label: str) -> str:
    """Return the `xn--` form of a label.

    A label that turns into plain ASCII is refused as a disguise.
    """
    try:
        encoded = label.encode("idna").decode()
    except UnicodeError as error:
        raise Unprocessable("the host is not a valid international domain name") from error
    # A label has 63 characters at most by now, so its marks take no time to order.
    plain = unicodedata.normalize("NFKC", label)  # noqa: TID251 - as above
    if not encoded.startswith("xn--") or plain != label:
        raise Unprocessable("write the host in its plain spelling")
    return encoded


def _literal(host: str) -> _Address | None:
    """Return the address that a host is written as, or None for a name.

    Half an address is refused.
    """
    if not host.startswith("[") and not _NUMBER.fullmatch(host.rpartition(".")[2]):
        return None
    try:
        if host.startswith("["):
            return ipaddress.IPv6Address(host[1:-1])
        return ipaddress.IPv4Address(host)
    except ValueError as error:
        raise Unprocessable("the host is not an IP address in its plain spelling") from error


def _check_scheme(scheme: str, *, loopback: bool) -> None:
    if scheme == "https" or (scheme == "http" and loopback):
        return
    raise Unprocessable("only https may be called")


def _is_loopback(address: _Address) -> bool:
    """Return whether the address is in 127.0.0.0/8 or is ::1.

    Mapped forms do not count, because nobody writes this machine's address so.
    """
    return any(address in network for network in _LOOPBACK)


@functools.lru_cache(maxsize=4_096)
def _denied(address: _Address) -> str | None:
    """Return why an address is not a public host's, or None for a public one."""
    for network, why in _DENIED:
        if address in network:
            return why
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _MAPPED or address in _NAT64:
        return _denied(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF))
    return None if address in _GLOBAL_UNICAST else "not global unicast"
