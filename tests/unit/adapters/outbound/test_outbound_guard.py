"""The outbound guard decides which URLs and addresses may be called, in every odd spelling."""

import contextlib
import ipaddress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from surgeline.adapters.outbound.guard import (
    Target,
    check_address,
    check_resolved,
    check_url,
)
from surgeline.errors import Unprocessable

V4_REFUSED = {
    "127.0.0.1": "loopback",
    "10.0.0.1": "private",
    "172.16.0.1": "private",
    "172.31.255.255": "private",
    "192.168.1.1": "private",
    "169.254.169.254": "link-local",
    "100.64.0.1": "carrier-grade NAT",
    "100.100.100.200": "carrier-grade NAT",
    "0.0.0.0": "this host",  # noqa: S104 - refused, not listened on
    "0.1.2.3": "this host",
    "192.0.0.1": "protocol assignments",
    "192.0.0.192": "protocol assignments",
    "192.0.2.1": "documentation",
    "192.31.196.1": "AS112",
    "192.52.193.1": "AMT",
    "192.88.99.1": "6to4 relays",
    "192.175.48.1": "AS112",
    "198.18.0.1": "benchmarking",
    "198.19.255.255": "benchmarking",
    "198.51.100.1": "documentation",
    "203.0.113.1": "documentation",
    "168.63.129.16": "a cloud's own services",
    "224.0.0.1": "multicast",
    "239.255.255.255": "multicast",
    "240.0.0.1": "reserved",
    "255.255.255.255": "reserved",
}
V6_REFUSED = {
    "::1": "loopback",
    "::": "unspecified",
    "fe80::1": "link-local",
    "fe80::1%eth0": "link-local",
    "febf::1": "link-local",
    "fc00::1": "unique-local",
    "fd00:ec2::254": "unique-local",
    "ff02::1": "multicast",
    "::ffff:169.254.169.254": "link-local",
    "::ffff:127.0.0.1": "loopback",
    "::ffff:10.0.0.1": "private",
    "::127.0.0.1": "IPv4-compatible",
    "64:ff9b::a9fe:a9fe": "link-local",
    "64:ff9b::7f00:1": "loopback",
    "64:ff9b:1::1": "local NAT64",
    "64:ff9b:1::808:808": "local NAT64",
    "2002:7f00:1::": "6to4",
    "2002:808:808::1": "6to4",
    "2001::1": "protocol assignments",
    "2001:0:7f00:1::": "protocol assignments",
    "2001:2::1": "protocol assignments",
    "2001:10::1": "protocol assignments",
    "2001:20::1": "protocol assignments",
    "2001:db8::1": "documentation",
    "2620:4f:8000::1": "AS112",
    "fec0::1": "site-local",
    "feff::1": "site-local",
    "3fff::1": "documentation",
    "5f00::1": "segment routing",
    "100::1": "discard",
    "100:0:0:1::1": "dummy prefix",
    "4000::1": "not global unicast",
    "1::1": "not global unicast",
    "::ffff:0:7f00:1": "not global unicast",
}
PUBLIC = [
    "8.8.8.8",
    "1.1.1.1",
    "93.184.216.34",
    "100.63.255.255",
    "100.128.0.1",
    "172.15.0.1",
    "172.32.0.1",
    "198.17.255.255",
    "198.20.0.1",
    "223.255.255.255",
    "2606:4700:4700::1111",
    "2001:4860:4860::8888",
    "2a00:1450:4001::1",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
]


def written(address: str) -> str:
    """Return an address as it stands in a URL."""
    return f"[{address}]" if ":" in address else address


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://example.com/",
        "gopher://example.com/",
        "file:///etc/passwd",
        "data:text/plain,x",
        "javascript:alert(1)",
        "//example.com/",
        "example.com",
        "https:example.com",
        "https:/example.com",
        "https:///example.com",
        "https://",
        "",
        "wss://example.com/",
        "https+unix://example.com/",
    ],
)
@pytest.mark.parametrize("allow_loopback", [False, True])
def test_b52_schemes(url: str, allow_loopback: bool) -> None:
    """B52: only https is called, even where this machine may be."""
    with pytest.raises(Unprocessable):
        check_url(url, allow_loopback=allow_loopback)


@pytest.mark.parametrize(("address", "why"), V4_REFUSED.items())
def test_b53_v4_literals(address: str, why: str) -> None:
    """B53: every IPv4 range that is no public host's is refused, and named."""
    with pytest.raises(Unprocessable):
        check_url(f"https://{address}/", allow_loopback=False)
    with pytest.raises(Unprocessable, match=f": {why}$"):
        check_address(address, allow_loopback=False)


@pytest.mark.parametrize(("address", "why"), V6_REFUSED.items())
def test_b54_v6_literals(address: str, why: str) -> None:
    """B54: every IPv6 range that is no public host's is refused and named, embedded ones too."""
    with pytest.raises(Unprocessable):
        check_url(f"https://[{address}]/", allow_loopback=False)
    with pytest.raises(Unprocessable, match=f": {why}$"):
        check_address(address, allow_loopback=False)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses(address: str) -> None:
    """Public addresses may be called, also those next to a refused range."""
    check_address(address, allow_loopback=False)
    target = check_url(f"https://{written(address)}/", allow_loopback=False)
    assert target.is_literal
    assert ipaddress.ip_address(target.host) == ipaddress.ip_address(address)


@pytest.mark.parametrize("address", ["", "x", "1.2.3", "1.2.3.4.5", "::g", "1.2.3.4/8", "01.2.3.4"])
def test_no_address_at_all(address: str) -> None:
    """A text that is no address is refused like a forbidden address."""
    with pytest.raises(Unprocessable):
        check_address(address, allow_loopback=True)


@pytest.mark.parametrize(
    "url",
    [
        "https://2130706433/",
        "https://0x7f.1/",
        "https://0x7f000001/",
        "https://127.1/",
        "https://0177.0.0.1/",
        "https://127.0.0.1./",
        "https://①②⑦.⓪.⓪.①/",
        "https://１２７.0.0.1/",
        "https://127。0。0。1/",
        "https://127．0．0．1/",
        "https://example.com./",
        "https://user:pw@example.com/",
        "https://example.com@127.0.0.1/",
        "https://@example.com/",
        "https://example.com\\@127.0.0.1/",
        "https://127.0.0.1\\.example.com/",
        "https://exa mple.com/",
        "https://example.com/ x",
        "https://example.com\t/",
        "https://exam\nple.com/",
        " https://example.com/",
        "https://example.com/\r\nHost: x",
        "https://example.com\x00/",
        "https://%31%32%37.0.0.1/",
        "https://ex%61mple.com/",
        "https://[::1/",
        "https://[127.0.0.1]/",
        "https://[fe80::1%25eth0]/",
        "https://::1/",
        "https://exam_ple.com/",
        "https://-example.com/",
        "https://example-.com/",
        "https://example..com/",
        "https://.example.com/",
        "https://*.example.com/",
        "https://ban\N{KELVIN SIGN}.example/",
        "https://straße.example/",
        "https://ex\N{SOFT HYPHEN}ample.com/",
        "https://ex\N{ZERO WIDTH SPACE}ample.com/",
        "https://\N{RIGHT-TO-LEFT OVERRIDE}example.com/",
        "https://\N{FULLWIDTH LATIN SMALL LETTER S}h\u00f6p.example/",
        "https://\ud800.example/",
        "https://" + "a" * 64 + ".example/",
        "https://" + "a." * 126 + "example/",
        "https://" + "é" * 63 + ".example/",
        "https://example.com/é",
        "https://example.com/" + "x" * 2_048,
        "https://localhost/",
        "https://foo.localhost/",
        "https://LOCALHOST/",
        "https://intranet/",
    ],
)
def test_b55_odd_spellings(url: str) -> None:
    """B55: a host has one spelling, and a spelling that two programs could read in two ways is
    refused.
    """
    with pytest.raises(Unprocessable):
        check_url(url, allow_loopback=False)


@pytest.mark.parametrize(
    "port",
    [
        "22",
        "25",
        "80",
        "444",
        "6379",
        "8443",
        "99999",
        "0",
        "-1",
        "+443",
        "0443",
        "x",
        "",
        "４４３",
    ],
)
def test_b60_ports(port: str) -> None:
    """B60: only port 443 is called, and a text that is no port is refused as cleanly."""
    with pytest.raises(Unprocessable):
        check_url(f"https://example.com:{port}/", allow_loopback=False)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        (
            "https://example.com",
            Target("https", "example.com", 443, "/", loopback=False, is_literal=False),
        ),
        (
            "HTTPS://Hooks.EXAMPLE.com:443/In?token=a%20b&x=//#part",
            Target(
                "https",
                "hooks.example.com",
                443,
                "/In?token=a%20b&x=//",
                loopback=False,
                is_literal=False,
            ),
        ),
        (
            "https://example.com?x@y",
            Target("https", "example.com", 443, "/?x@y", loopback=False, is_literal=False),
        ),
        (
            "https://상담.한국/h",
            Target(
                "https", "xn--jk1bs5x.xn--3e0b707e", 443, "/h", loopback=False, is_literal=False
            ),
        ),
        (
            "https://MÜNCHEN.example/",
            Target("https", "xn--mnchen-3ya.example", 443, "/", loopback=False, is_literal=False),
        ),
        (
            "https://[2606:4700:4700:0::1111]/",
            Target("https", "2606:4700:4700::1111", 443, "/", loopback=False, is_literal=True),
        ),
    ],
)
def test_taken_apart(url: str, target: Target) -> None:
    """A URL that may be called is taken apart into plain host, port, and path with query."""
    assert check_url(url, allow_loopback=False) == target
    assert check_url(url, allow_loopback=True) == target


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("http://127.0.0.1:8080/x", "127.0.0.1", 8080),
        ("http://127.8.9.10/", "127.8.9.10", 80),
        ("https://[::1]:1/", "::1", 1),
        ("http://localhost:65535/", "localhost", 65535),
        ("http://pool.localhost:9/", "pool.localhost", 9),
    ],
)
def test_loopback_where_it_is_allowed(url: str, host: str, port: int) -> None:
    """The embedded home may call this machine, on any port; elsewhere the same URL is refused."""
    target = check_url(url, allow_loopback=True)
    assert (target.host, target.port, target.loopback) == (host, port, True)
    with pytest.raises(Unprocessable):
        check_url(url, allow_loopback=False)


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1/",
        "https://10.0.0.1/",
        "http://169.254.169.254/",
        "http://8.8.8.8/",
        "https://8.8.8.8:8080/",
        "http://example.com/",
        "https://example.com:8080/",
        "http://[::ffff:127.0.0.1]:8080/",
        "http://0.0.0.0:8080/",
        "http://localhost:65536/",
        "http://localhost.example.com/",
    ],
)
def test_loopback_opens_nothing_else(url: str) -> None:
    """Allowing this machine allows neither its network nor plain http to others."""
    with pytest.raises(Unprocessable):
        check_url(url, allow_loopback=True)


def test_b57_every_resolved_address_counts() -> None:
    """B57: one bad address among those of a name refuses the name."""
    target = check_url("https://example.com/", allow_loopback=True)
    check_resolved(target, ["8.8.8.8", "2606:4700:4700::1111"])
    for bad in (*V4_REFUSED, *V6_REFUSED, "not an address"):
        with pytest.raises(Unprocessable):
            check_resolved(target, ["8.8.8.8", bad])


def test_a_loopback_name_stays_on_this_machine() -> None:
    """A name of this machine that resolves to another one is refused."""
    target = check_url("http://localhost/", allow_loopback=True)
    check_resolved(target, ["127.0.0.1", "::1"])
    for elsewhere in ("8.8.8.8", "10.0.0.1", "::ffff:127.0.0.1"):
        with pytest.raises(Unprocessable):
            check_resolved(target, ["127.0.0.1", elsewhere])


def test_the_message_says_what_is_wrong() -> None:
    """The person who set up the URL is told how to change it."""
    for url, said in (
        ("http://example.com/", "only https"),
        ("https://example.com:8443/", "only port 443"),
        ("https://example.com:99999/", "a port from 1 to 65535"),
        ("https://user:pw@example.com/", "user names or passwords"),
        ("https://localhost/", "full domain name"),
        ("https://example.com./", "plain spelling"),
        ("https://example.com/a b", "a space"),
        ("https://example.com/é", "percent-encode"),
        ("example.com", "https://name/path"),
    ):
        with pytest.raises(Unprocessable, match=said):
            check_url(url, allow_loopback=False)
    with pytest.raises(Unprocessable, match="a port from 1 to 65535"):
        check_url("http://127.0.0.1:99999/", allow_loopback=True)


def test_b48_refusals_repeat_no_path_and_no_query() -> None:
    """B48: a token in the URL's query is not repeated when the URL is refused."""
    for url in ("http://x.example/a?token=sesame", "https://u:sesame@x.example/", "sesame"):
        with pytest.raises(Unprocessable) as refused:
            check_url(url, allow_loopback=False)
        assert "sesame" not in str(refused.value)


@given(
    url=st.one_of(
        st.text(st.characters()),
        st.text(st.characters()).map(lambda text: "https://" + text),
        st.text(st.sampled_from("0123456789abcdefx.:[]%@/\\①。")).map(lambda t: f"https://{t}/"),
    ),
    allow_loopback=st.booleans(),
)
@example(url="https://[::1]:٣/", allow_loopback=False)
@example(url="https://xn--/", allow_loopback=False)
def test_any_text(url: str, allow_loopback: bool) -> None:
    """Any text is a target in plain ASCII or Unprocessable, never anything else."""
    with contextlib.suppress(Unprocessable):
        target = check_url(url, allow_loopback=allow_loopback)
        assert target.host.isascii()
        assert target.path.startswith("/")
        assert target.path.isascii()
        assert target.loopback or (target.scheme, target.port) == ("https", 443)


@given(st.ip_addresses())
def test_any_address(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    """An address that the standard library calls private, reserved or multicast is never called."""
    try:
        check_address(address, allow_loopback=False)
    except Unprocessable:
        return
    mapped = getattr(address, "ipv4_mapped", None)
    nat64 = address in ipaddress.ip_network("64:ff9b::/96") if address.version == 6 else False
    assert mapped or nat64 or (address.is_global and not address.is_multicast)


@given(st.ip_addresses(v=4))
def test_an_embedded_address_counts_as_itself(address: ipaddress.IPv4Address) -> None:
    """An IPv4 address in its IPv6 forms is refused whenever it is refused by itself."""
    for form in (f"::ffff:{address}", f"64:ff9b::{address}"):
        verdicts = []
        for each in (str(address), form):
            try:
                check_address(each, allow_loopback=False)
                verdicts.append(True)
            except Unprocessable:
                verdicts.append(False)
        assert verdicts[0] == verdicts[1]
