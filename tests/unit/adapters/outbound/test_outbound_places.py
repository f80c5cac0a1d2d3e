"""Where an outbound call may go, whatever names and redirects say."""

import threading
from typing import Any

import pytest
from surgeline.adapters.outbound import resolver as resolver_module
from surgeline.adapters.outbound.sender import (
    Sender,
)
from surgeline.adapters.webhooks import PlainPosts
from surgeline.application.ports.deliveries import SendFailed

from tests.unit.adapters.outbound.far_ends import (
    NAME,
    OK,
    PUBLIC,
    Authority,
    Network,
    Serve,
    answer,
    failure,
    post,
)

pytestmark = pytest.mark.enable_socket


# ------------------------------------------------------------------ where it may go


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("place", ["http://169.254.169.254/latest/meta-data", "elsewhere"])
def test_f30_b59_redirects(sender: Sender, serve: Serve, status: int, place: str) -> None:
    """F30, B59: no redirect is followed, to a private address, another port or the same host."""
    other = serve(answer(OK))
    location = other.url if place == "elsewhere" else place
    head = f"HTTP/1.1 {status} x\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"
    server = serve(answer(head.encode()))
    assert post(sender, server.url).status == status
    assert (server.connections, other.connections) == (1, 0)


def test_a_download_may_be_kept_from_this_machine(sender: Sender, serve: Serve) -> None:
    """A caller that follows a stranger's address can refuse loopback where the home allows it."""
    server = serve(answer(OK))
    posts = PlainPosts(sender)
    for url in (server.url, server.url.replace("127.0.0.1", "localhost")):
        with pytest.raises(SendFailed, match="blocked"):
            posts.download(url, {}, most_bytes=9, timeout_seconds=5, public_only=True)
    assert server.connections == 0
    assert posts.download(server.url, {}, most_bytes=9, timeout_seconds=5).status == 200


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "https://example.com:22/",
        "https://127.0.0.1/",
        "https://169.254.169.254/",
        "https://user:pw@example.com/",
        "https://2130706433/",
        "http://localhost/",
        "nonsense",
        "",
    ],
)
def test_b52_to_b60_refused_urls_open_nothing(abroad: Sender, network: Network, url: str) -> None:
    """B52-B55, B60: a place that the guard refuses is neither looked up nor connected to."""
    assert failure(abroad, url).reason == "blocked"
    assert network.lookups == []
    assert network.connects == []


def test_b56_rebinding(
    abroad: Sender,
    network: Network,
    serve: Serve,
    authority: Authority,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """B56: the address that was checked is the one connected to; a later private one is blocked."""
    server = serve(answer(OK), tls=authority.server(NAME))
    network.port = server.port
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    resolve = network.resolve

    def rebinding(host: str, port: int, **options: object) -> list[tuple[Any, ...]]:
        network.names[host] = next(answers)
        return resolve(host, port, **options)

    monkeypatch.setattr(abroad._resolver, "_resolve", rebinding)
    monkeypatch.setattr(resolver_module, "KEEP_SECONDS", 0)
    assert post(abroad, f"https://{NAME}/").status == 200
    assert network.lookups == [NAME]
    assert network.connects == [(PUBLIC, 443)]
    assert server.sni == [NAME]
    assert failure(abroad, f"https://{NAME}/").reason == "blocked"
    assert network.lookups == [NAME, NAME]
    assert network.connects == [(PUBLIC, 443)]


def test_b56_a_kept_look_up_is_a_checked_one(
    abroad: Sender, network: Network, serve: Serve, authority: Authority
) -> None:
    """B56: for half a minute the name is not asked again; it can't turn private in between."""
    network.port = serve(answer(OK), tls=authority.server(NAME)).port
    network.names[NAME] = [PUBLIC]
    post(abroad, f"https://{NAME}/")
    abroad.close()
    network.names[NAME] = ["127.0.0.1"]
    post(abroad, f"https://{NAME}/")
    assert network.lookups == [NAME]
    assert network.connects == [(PUBLIC, 443)] * 2


@pytest.mark.parametrize(
    "addresses",
    [
        [PUBLIC, "10.0.0.1"],
        ["10.0.0.1", PUBLIC],
        [PUBLIC] * 9 + ["::1"],
        [PUBLIC, "fe80::1%eth0"],
        ["192.168.0.1"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::a9fe:a9fe"],
    ],
)
def test_b57_mixed_records(abroad: Sender, network: Network, addresses: list[str]) -> None:
    """B57: one private address among a name's, wherever its alias leads, blocks the name."""
    network.names[NAME] = addresses
    assert failure(abroad, f"https://{NAME}/").reason == "blocked"
    assert network.connects == []


def test_b58_an_error_is_no_pass(abroad: Sender, network: Network) -> None:
    """B58: a name that could not be resolved is not remembered as a good one."""
    assert failure(abroad, f"https://{NAME}/").reason == "connect"
    network.names[NAME] = ["169.254.169.254"]
    assert failure(abroad, f"https://{NAME}/").reason == "blocked"
    network.names["empty.example"] = []
    assert failure(abroad, "https://empty.example/").reason == "connect"
    assert network.connects == []


def test_b58_a_look_up_that_hangs(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    """B58, F28: a look-up that hangs ends with the connect timeout, and hangs on one thread."""
    release = threading.Event()
    calls = []

    def hang(host: str, port: int, **_: object) -> list[tuple[Any, ...]]:
        calls.append(host)
        release.wait(5)
        return network.resolve(host, port)

    sender = Sender(allow_loopback=False, resolve=hang, connect=network.connect)
    for _ in range(3):
        failed = failure(sender, f"https://{NAME}/", connect_timeout=0.1)
        assert failed.reason == "timeout"
        assert failed.milliseconds < 2_000
    release.set()
    assert calls == [NAME]


def test_loopback_names_stay_here(network: Network, serve: Serve) -> None:
    """Only loopback's own names reach loopback where it is allowed, and others stay blocked."""
    network.port = serve(answer(OK)).port
    network.names = {"localhost": ["127.0.0.1"], NAME: ["127.0.0.1"]}
    with Sender(allow_loopback=True, resolve=network.resolve, connect=network.connect) as sender:
        assert post(sender, "http://localhost:81/").status == 200
        assert failure(sender, f"https://{NAME}/").reason == "blocked"
        network.names = {"pool.localhost": ["10.0.0.1"]}
        assert failure(sender, "http://pool.localhost:81/").reason == "blocked"
    assert network.connects == [("127.0.0.1", 81)]
