"""Which sites may show a chat page, use its API and open its sockets; a page for every channel."""

import pytest

from local.virtual.front import Answered
from tests.functions.stage import Stage

SHOP = "https://shop.example"
MESSAGES = "/v1/web/brand/messages"


@pytest.fixture
def sites(stage: Stage) -> Stage:
    """Two web channels: one for any site, one for the shop's; and a signed one."""
    stage.configure(
        channels=[
            {"id": "web", "kind": "web"},
            {"id": "brand", "kind": "web", "origins": [SHOP, "https://x.example; script-src *"]},
            {"id": "app", "kind": "signed", "reply_url": "http://127.0.0.1:9/"},
        ]
    )
    stage.clock.advance(6)
    return stage


def policy(answer: Answered) -> list[str]:
    return [each.strip() for each in answer.headers["content-security-policy"].split(";")]


def test_the_page_comes_with_a_strict_policy(sites: Stage) -> None:
    """A page runs no script but its own."""
    for path in ("/", "/c/brand"):
        page = sites.request("GET", path)
        assert page.status == 200
        assert page.headers["content-type"].startswith("text/html")
        assert {"default-src 'none'", "script-src 'self'"} <= set(policy(page))
        assert "unsafe" not in page.headers["content-security-policy"]


def test_the_origins_of_a_channel_may_frame_its_page(sites: Stage) -> None:
    """A page may be framed by its own site and its channel's origins, or by any site if allowed."""
    assert f"frame-ancestors 'self' {SHOP}" in policy(sites.request("GET", "/c/brand"))
    assert "frame-ancestors *" in policy(sites.request("GET", "/"))


def test_without_a_channel_nobody_frames_the_page(sites: Stage) -> None:
    """The first page is there before its channel is, but in no frame."""
    sites.configure(channels=[])
    sites.clock.advance(6)
    page = sites.request("GET", "/")
    assert page.status == 200
    assert "frame-ancestors 'none'" in policy(page)


def test_every_web_channel_has_a_page_of_its_own(sites: Stage) -> None:
    """Each page talks to its own channel and loads the same files, and `/c/web` is the first
    page.
    """
    first, brand = sites.request("GET", "/"), sites.request("GET", "/c/brand")
    assert '<meta name="surgeline-channel" content="web">' in first.text
    assert '<meta name="surgeline-channel" content="brand">' in brand.text
    assert 'src="assets/chat.js"' in first.text
    assert 'src="../assets/chat.js"' in brand.text
    assert '"assets/' not in brand.text
    assert sites.request("GET", "/c/web").status == 200
    tagged = {"if-none-match": brand.headers["etag"]}
    assert sites.request("GET", "/c/brand", headers=tagged).status == 304
    assert sites.request("GET", "/", headers=tagged).status == 200


@pytest.mark.parametrize("path", ["/c/app", "/c/nope", "/c/..", "/c/a%22b", "/c/", "/c/web/"])
def test_what_is_no_web_channel_has_no_page(sites: Stage, path: str) -> None:
    """A signed channel, an unknown channel or no id at all has no page and is 404."""
    assert sites.request("GET", path).status == 404


def visitor(stage: Stage, origin: str | None = None, channel: str = "brand") -> Answered:
    headers = {"origin": origin} if origin else {}
    return stage.request("POST", f"/v1/web/{channel}/visitors", headers=headers)


def test_a_listed_site_reads_the_answers(sites: Stage) -> None:
    """The browser is told so for every answer, a refusal too, and before it sends a message."""
    made = visitor(sites, SHOP)
    assert made.status == 201
    assert made.headers["access-control-allow-origin"] == SHOP
    assert made.headers["vary"] == "Origin"
    asked = sites.request("OPTIONS", MESSAGES, headers={"origin": SHOP})
    assert asked.status == 204
    assert asked.headers["access-control-allow-origin"] == SHOP
    assert "authorization" in asked.headers["access-control-allow-headers"]
    refused = sites.request("POST", MESSAGES, b"{}", headers={"origin": SHOP})
    assert refused.status == 401
    assert refused.headers["access-control-allow-origin"] == SHOP


def test_a_channel_for_any_site_says_so(sites: Stage) -> None:
    """`*` lets every site read the answers."""
    assert (
        visitor(sites, "https://any.example", "web").headers["access-control-allow-origin"] == "*"
    )


def test_a_foreign_site_is_refused_and_reads_nothing(sites: Stage) -> None:
    """A foreign site gets no answer to its preflight or to its request."""
    evil = {"origin": "https://evil.example"}
    for answer in (
        visitor(sites, evil["origin"]),
        sites.request("OPTIONS", MESSAGES, headers=evil),
        sites.request("OPTIONS", "/v1/web/nope/messages", headers=evil),
    ):
        assert answer.status == 401
        assert "access-control-allow-origin" not in answer.headers


def test_the_pages_own_site_needs_no_mention(sites: Stage) -> None:
    """The page that we serve uses its API from our own origin, in a frame as well."""
    assert visitor(sites, "https://shop.test").status == 201


def connect(stage: Stage, token: str, *, origin: str = "", number: int = 0, **query: str) -> int:
    event = {
        "requestContext": {
            "routeKey": "$connect",
            "connectionId": f"k{number}",
            "domainName": "sockets.example",
        },
        "headers": {"Origin": origin} if origin else {},
        "queryStringParameters": {"token": token} | query,
    }
    status = stage.call("web_chat", event)["statusCode"]
    assert isinstance(status, int)
    return status


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("", 200),
        (SHOP, 200),
        ("https://shop.test", 200),  # where the page was that asked for the token
        ("wss://sockets.example", 200),
        ("https://evil.example", 401),
        ("https://shop.example.evil.example", 401),
        ("null", 401),
    ],
)
def test_a_socket_is_opened_for_the_sites_that_may_use_the_api(
    sites: Stage, origin: str, status: int
) -> None:
    """The origin is judged as for requests; no cookie is ever asked for."""
    assert connect(sites, visitor(sites).json["token"], origin=origin) == status


def test_a_socket_is_for_the_channel_of_its_token(sites: Stage) -> None:
    """A socket at another channel's path, an unknown one or a removed channel's is 401."""
    token = visitor(sites).json["token"]
    assert connect(sites, token, channel_id="brand") == 200
    assert connect(sites, token, channel_id="web") == 401
    assert connect(sites, token, channel_id="nope") == 401
    sites.configure(channels=[{"id": "web", "kind": "web"}])
    sites.clock.advance(6)
    assert connect(sites, token) == 401


def test_a_visitor_has_a_share_of_the_sockets(sites: Stage) -> None:
    """A visitor has ten sockets at most, a closed one makes room, and another visitor has ten
    too.
    """
    token, other = visitor(sites).json["token"], visitor(sites).json["token"]
    assert [connect(sites, token, number=n) for n in range(12)] == [200] * 10 + [429] * 2
    assert connect(sites, other, number=20) == 200
    gone = {"requestContext": {"routeKey": "$disconnect", "connectionId": "k3"}}
    assert sites.call("web_chat", gone) == {"statusCode": 200}
    assert connect(sites, token, number=13) == 200


def test_a_token_of_the_first_release_is_still_good(sites: Stage) -> None:
    """A token of the first release names no host and is still good for its thirty days."""
    from surgeline.domain.ids import keyed_id

    said = f"brand~v{'0' * 32}~{sites.clock.now() + 1000}"
    token = f"{said}~{keyed_id('', b'k' * 32, 'visitor', said)}"
    headers = {"authorization": f"Bearer {token}"}
    assert sites.request("GET", MESSAGES, headers=headers).status == 200
    assert connect(sites, token) == 200


def test_an_odd_host_makes_no_odd_token(sites: Stage) -> None:
    """A value that cannot be a host is left out of the token."""
    made = sites.request("POST", "/v1/web/brand/visitors", headers={"host": "a~b~9"})
    token = made.json["token"]
    assert connect(sites, token) == 200
    assert token.count("~") == 4
