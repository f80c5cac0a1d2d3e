"""The number of new visitors is bounded here, both from one address and in all."""

from ipaddress import IPv4Address, IPv6Address, ip_address

from surgeline.runtime.rate_cap import RateCap

ADDRESS_BURST = 60
ADDRESS_PER_SECOND = 2.0
ALL_BURST = 1_000
ALL_PER_SECOND = 200.0
_AGAIN = "; ask again after the seconds in Retry-After"
_OF_ONE_HOME = 64
"""The bits of an IPv6 address that name a network. Anybody chooses the other bits freely."""


class VisitorCap:
    """Two caps on new visitors, one for each address and one in all.

    Many people may share an address, but nobody has a thousand visitors in a minute.
    """

    def __init__(self) -> None:
        self._one = RateCap(
            burst=ADDRESS_BURST,
            per_second=ADDRESS_PER_SECOND,
            refusal=f"at most {ADDRESS_BURST} new visitors at once and {ADDRESS_PER_SECOND:.0f} a "
            f"second from one address{_AGAIN}",
        )
        self._all = RateCap(
            burst=ALL_BURST,
            per_second=ALL_PER_SECOND,
            refusal=f"too many new visitors at once{_AGAIN}",
        )

    def take(self, peer: str, forwarded_for: str, now: int) -> None:
        """Count a visitor at `now` (UTC epoch ms). Raises TooMany.

        A caller on this machine or network is a proxy if the caller names a forwarded address. A
        caller on this machine without one is a local tool, which only the cap on all bounds.
        """
        network = network_of(peer, forwarded_for)
        if network is not None:
            self._one.take(network, now)
        self._all.take("", now)


def network_of(peer: str, forwarded_for: str) -> str | None:
    """Return the caller's network, or None for this machine's own address or no address."""
    address = _address(peer, forwarded_for)
    return None if address is None else _network(address)


def _address(peer: str, forwarded_for: str) -> IPv4Address | IPv6Address | None:
    caller = _parsed(peer)
    if caller is not None and caller.is_private:
        # The proxy itself has seen only the last entry. All others are hearsay.
        caller = _parsed(forwarded_for.rpartition(",")[2].strip()) or caller
    return None if caller is None or caller.is_loopback else caller


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(address)
    except ValueError:
        return None


def _network(address: IPv4Address | IPv6Address) -> str:
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return f"{int(address) >> _OF_ONE_HOME:x}"
    return str(address)
