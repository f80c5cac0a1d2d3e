"""Every route is asked over TLS; docs/headers.md shows the headers and cookies that it answers."""

import os
import re
from collections.abc import Mapping
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any

import pytest
from surgeline.application.media.kept import key_of
from surgeline.domain.media.files import MediaPlace, link_of

from infra import topology
from infra.topology import Route
from local.home.plan import of_kind
from local.virtual.home import NOON
from local.virtual.shop import ADMIN_KEY, KEY, POOL, SECRET, articles_file
from tests.functions.drafted import BASE, built
from tests.functions.signed_in import DESK, ORIGIN, invited
from tests.functions.stage import Stage
from tests.functions.test_permissions import (
    CHANNELS,
    KINDS,
    POOLS_SECRET,
    SIGNED,
    VALUES,
    VENDOR,
    Headers,
    signature,
    visitor,
)
from tests.functions.test_served_help import opened

PAGE = Path(__file__).parents[2] / "docs" / "headers.md"
HEAD = "| route | proof travels in | answers | kept by | policy | other sites | cookie |"
POLICIES = "| policy | value |"
SITE = "https://site.test"
FILE = MediaPlace("t" + "a" * 26, "f" + "a" * 26)
TLS = {"x-forwarded-proto": "https"}
NAMES = {
    "GET /assets/{file}": {"file": "chat.js"},
    "GET /help/{channel_id}/{file}": {"file": "style.css"},
    "GET /help/{channel_id}/{language}/{file}": {"file": "index.html"},
    "GET /v1/schemas/{name}": {"name": "alert.raised.json"},
    "GET /v1/media/{token}": {"token": link_of(KEY, FILE, now=NOON).rpartition("/")[2]},
    "GET /v1/admin/reports/{report}": {"report": "daily?format=html"},
}
"""The parts of an address that lead to a file, where the shared ones lead to none."""
PROOFS = {
    "/v1/admin/": "header, or cookie",
    "/v1/staff/": "cookie",
    "/v1/web/": "header",
    "/v1/channels/": "signature",
    "/v1/pools/": "signature",
    "/v1/hooks/": "the provider's signature",
    "/v1/desks/": "the provider's signature",
    "/calendar/": "address",
    "/v1/media/": "address",
    "/v1/called": "body",
}
OPEN = (
    *("/v1/web/{channel_id}/look", "/v1/web/{channel_id}/visitors"),
    *("/v1/web/{channel_id}/notices", "/v1/staff/issuer"),
)
"""The routes below such a beginning that ask for no proof."""
SIGN_IN = {
    "/v1/staff/sign-in": "body",
    "/v1/staff/sign-in/password": "body",
    "/v1/staff/sign-in/issuer": "header",
}

pytestmark = pytest.mark.enable_socket  # a ping goes out, to nobody


def in_order(route: Route) -> tuple[bool, bool, str, str]:
    """Return a key by which routes that change nothing come first, and then the sign-ins."""
    return route.method != "GET", route.path not in SIGN_IN, route.path, route.key


def proof_of(route: Route) -> str:
    """Return where the proof of a caller travels, or an empty text where none is asked for."""
    if route.path in OPEN or route.method == "OPTIONS":
        return ""
    begins = [told for beginning, told in PROOFS.items() if route.path.startswith(beginning)]
    return SIGN_IN.get(route.path, "".join(begins))


def proofs(stage: Stage) -> dict[str, Headers]:
    """Return the headers of a caller for each place in which a proof travels."""
    answered = stage.request(
        "POST",
        "/v1/staff/sign-in",
        {"token": invited(stage, "Mina", "agent", "desk")},
        ORIGIN | TLS,
    )
    session = {**ORIGIN, "cookie": answered.headers["set-cookie"].partition(";")[0]}
    return {
        "header, or cookie": {"authorization": f"Bearer {ADMIN_KEY}"},
        "cookie": session,
        "header": {**visitor(stage, "web"), "origin": SITE},
    }


def asked(stage: Stage, route: Route, known: Mapping[str, Headers]) -> Any:
    """Return the answer to the best request for a route that the test can make."""
    signed = [named for begins, named in SIGNED.items() if route.path.startswith(begins)]
    kinds = [kind for begins, kind in KINDS.items() if route.key.startswith(begins)]
    values = reduce(or_, signed, VALUES | NAMES.get(route.key, {}) | {"kind": "".join(kinds)})
    path = re.sub(r"\{(\w+)\}", lambda found: values[found[1]], route.path)
    headers = known.get(proof_of(route), {})
    if route.path.startswith("/v1/channels/"):
        headers = signature(stage, SECRET)
    if route.path.startswith("/v1/pools/"):
        headers = signature(stage, POOLS_SECRET)
    if route.path == "/v1/staff/sign-in":
        token = invited(stage, "Ada", "agent", "desk")
        return stage.request(route.method, path, {"token": token}, ORIGIN | TLS)
    body: dict[str, str] | None = None if route.method == "GET" else {}
    return stage.request(route.method, path, body, {"origin": SITE, **headers, **TLS})


def row_of(route: Route, answered: Any, policies: dict[str, str]) -> str:
    """Return the table's row of a route. A policy gets a letter when it is first met."""
    headers = answered.headers
    policy = headers.get("content-security-policy", "")
    if policy:
        policies.setdefault(policy, chr(ord("A") + len(policies)))
    cookie = re.sub("=[^;]*", "=…", headers.get("set-cookie", ""), count=1)
    cells = (
        f"`{route.key}`",
        proof_of(route),
        headers["content-type"].partition(";")[0],
        headers["cache-control"],
        policies.get(policy, ""),
        headers.get("access-control-allow-origin")
        or headers.get("cross-origin-resource-policy", ""),
        f"`{cookie}`" if cookie else "",
    )
    return f"| {' | '.join(cells)} |"


def hold_the_rules(route: Route, answered: Any) -> None:
    """Hold what is true of every answer, whatever its row says."""
    headers = answered.headers
    assert headers["x-content-type-options"] == "nosniff", route.key
    assert "max-age" in headers["strict-transport-security"], route.key
    policy = headers.get("content-security-policy", "")
    if headers["content-type"].startswith("text/html") and answered.status == 200:
        assert policy.startswith("default-src 'none'"), route.key
        assert "frame-ancestors" in policy, route.key
        assert headers["referrer-policy"] == "no-referrer", route.key
    if proof_of(route) not in ("", "address"):
        assert headers["cache-control"] in ("no-store", "private, max-age=300"), route.key
    if cookie := headers.get("set-cookie"):
        assert cookie.startswith("__Host-"), route.key
        for each in ("HttpOnly", "SameSite=Strict", "Secure", "Path=/"):
            assert f"; {each}" in cookie, f"{route.key} lacks {each}"


def test_each_route_answers_with_the_headers_that_the_page_names(tmp_path: Path) -> None:
    """The tables in docs/headers.md are what the handlers answer, route by route."""
    stage = Stage(tmp_path)
    channels = [each | ({"origins": [SITE]} if each["id"] == "web" else {}) for each in CHANNELS]
    stage.configure(channels=channels, pools=[DESK, VENDOR])
    opened(stage)
    stage.admin("PUT", BASE, articles_file())
    built(stage)
    stage.backend.blobs().put(key_of(FILE), b"\x89PNG\r\n\x1a\n")
    stage.backend.secrets().put(f"pools/{POOL}", POOLS_SECRET)
    known, policies, rows = proofs(stage), dict[str, str](), []
    routes = [r for each in topology.FUNCTIONS for r in of_kind(each, Route)]
    for route in sorted(routes, key=in_order):
        answered = asked(stage, route, known)
        assert answered.status < 500, f"{route.key}: {answered.text}"
        hold_the_rules(route, answered)
        rows.append(row_of(route, answered, policies))
    named = [f"| {letter} | `{value}` |" for value, letter in policies.items()]
    page = PAGE.read_text(encoding="utf-8")
    before = page.partition(POLICIES)[0]
    tables = [f"{before}{POLICIES}", "|---|---|", *named, "", HEAD, "|---" * 7 + "|", *rows, ""]
    whole = "\n".join(tables)
    if os.environ.get("SURGELINE_WRITE"):
        PAGE.write_text(whole, encoding="utf-8")
    assert whole == page, "run this test again with SURGELINE_WRITE=1, and read the difference"
