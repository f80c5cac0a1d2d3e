"""Every route is asked with each credential; docs/permissions.md shows what the routes answered."""

import hashlib
import json
import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from pathlib import Path

import pytest
from surgeline.adapters.signing.standard_webhooks import decode_secret, new_secret, sign

from infra import topology
from infra.topology import Route
from local.home.plan import of_kind
from local.virtual.shop import ADMIN_KEY, CHANNEL, POOL, SECRET
from tests.functions.signed_in import DESK, ORIGIN, sign_in
from tests.functions.stage import Stage

PAGE = Path(__file__).parents[2] / "docs" / "permissions.md"
READ_KEY = "a key that only reads"
REFUSED = (401, 403)
UNSEEN = (*REFUSED, 404)
"""Whoever works elsewhere is told that there is no such desk."""
VALUES = {
    "backlog_id": "old",
    "channel_id": "web",
    "pool_id": "desk",
    "knowledge_base": "nowhere",
    "conversation_id": f"t{'a' * 26}-1",
    "subscription_id": "nobody",
    "alert_id": f"a{'a' * 26}",
    "person_id": f"u{'a' * 26}",
    "folder": "staff",
    "file": "api.js",
    "name": "nothing.json",
    "report": "daily",
    "draft_id": "dnone",
    "act": "propose",
    "incident_id": "i1",
    "profile_id": "calm",
    "day": "2026-03-01",
    "absence_id": "00000000000001-0123456789",
    "call_id": "00000000000001-0123456789",
    "offer_id": "00000000000001-0123456789",
    "swap_id": "00000000000001-0123456789",
    "token": "nothing",
    "language": "en",
    "on_call_id": "nobody",
    "calendar_token": "nothing",
    "key_name": "nobodys",
}
SIGNED = {"/v1/channels/": {"channel_id": CHANNEL}, "/v1/pools/": {"pool_id": POOL}}
"""The endpoints that sign, by the beginning of their own paths."""
KINDS = {"GET /v1/hooks/": "whatsapp", "POST /v1/hooks/": "line", "POST /v1/desks/": "slack"}
"""A kind that has such a route, for each of these beginnings."""
HEAD = "| route | none | visitor | channel | pool | agent | lead | admin | key: read | key: write |"
RULE = "|---" * 10 + "|"
NORTH = {"id": "north", "kind": "in_house", "reached_by": "console"}
VENDOR = {"id": POOL, "kind": "outsourced", "url": "https://vendor.test/"}
CHANNELS = [
    {"id": "web", "kind": "web"},
    {"id": "web2", "kind": "web"},
    {"id": CHANNEL, "kind": "signed", "reply_url": "https://channel.test/"},
]
DAY_SECONDS = 86_400
POOLS_SECRET = new_secret(b"p" * 32)
Headers = Mapping[str, str]

pytestmark = pytest.mark.enable_socket  # a ping goes out, to nobody


@dataclass(frozen=True)
class Callers:
    """The headers that prove each caller, those that prove nothing more, and those of others."""

    live: Mapping[str, Headers]
    dead: dict[str, Headers]
    others: dict[str, Headers]


def callers(stage: Stage) -> Callers:
    """Let everybody prove who they are once; some of it is over or taken back by now."""
    stage.configure(channels=CHANNELS, pools=[DESK, NORTH, VENDOR])
    stage.backend.secrets().put(f"pools/{POOL}", POOLS_SECRET)
    dead = {
        "an expired session": sign_in(stage, "Old", "admin"),
        "an expired visitor": visitor(stage, "web"),
        "an expired signature": signature(stage, SECRET),
    }
    stage.clock.advance(31 * DAY_SECONDS)
    dead["a revoked session"] = sign_in(stage, "Noa", "admin")
    [noa] = [e for e in stage.admin("GET", "/v1/admin/staff").json["people"] if e["name"] == "Noa"]
    assert stage.admin("POST", f"/v1/admin/staff/{noa['id']}/revoke", {}).status == 200
    dead["an unknown key"] = {"authorization": "Bearer a key that was taken back"}
    return Callers(credentials(stage), dead, others(stage))


def credentials(stage: Stage) -> dict[str, Headers]:
    """Return the headers that prove each kind of caller, who all are new."""
    known = json.loads(stage.backend.secrets().get("admin") or "[]")
    digest = hashlib.sha256(READ_KEY.encode()).hexdigest()
    reader = {"name": "reader", "scopes": ["read"], "sha256": digest}
    stage.backend.secrets().put("admin", json.dumps([*known, reader]))
    return {
        "none": {},
        "visitor": visitor(stage, "web"),
        "channel": signature(stage, SECRET),
        "pool": signature(stage, POOLS_SECRET),
        "agent": sign_in(stage, "Mina", "agent", "desk"),
        "lead": sign_in(stage, "Lee", "lead"),
        "admin": sign_in(stage, "Ann", "admin"),
        "key: read": {"authorization": f"Bearer {READ_KEY}"},
        "key: write": {"authorization": f"Bearer {ADMIN_KEY}"},
    }


def others(stage: Stage) -> dict[str, Headers]:
    """Return what proves the same kinds of callers, but of another channel or pool."""
    return {
        "another channel's visitor": visitor(stage, "web2"),
        "another endpoint's signature": signature(stage, new_secret(b"o" * 32)),
        "another pool's agent": sign_in(stage, "Ada", "agent", "north"),
    }


def visitor(stage: Stage, channel: str) -> Headers:
    """Return the headers of a new visitor of a channel."""
    made = stage.request("POST", f"/v1/web/{channel}/visitors")
    return {"authorization": f"Bearer {made.json['token']}"}


def signature(stage: Stage, secret: str) -> Headers:
    """Return the headers that sign the empty object with a secret, as of now."""
    now = stage.clock.now() // 1000
    return sign([decode_secret(secret)], webhook_id="m-1", timestamp=now, body=b"{}")


def mark(
    stage: Stage,
    route: Route,
    headers: Headers,
    refusals: Collection[int] = REFUSED,
) -> str:
    """Return whether a route judges the request, or refuses its credential."""
    kinds = [kind for begins, kind in KINDS.items() if route.key.startswith(begins)]
    signed = [named for begins, named in SIGNED.items() if route.path.startswith(begins)]
    values = reduce(or_, signed, VALUES | {"kind": "".join(kinds)})
    path = re.sub(r"\{(\w+)\}", lambda found: values[found[1]], route.path)
    answered = stage.request(route.method, path, {}, headers)
    assert answered.status < 500, f"{route.key}: {answered.text}"
    return "" if answered.status in refusals else "yes"


def row_of(stage: Stage, route: Route, known: Callers) -> str:
    """Return the table's row of a route: who gets further than the credential."""
    marks = [mark(stage, route, headers) for headers in known.live.values()]
    foreign = "{pool_id}" in route.path or "{channel_id}" in route.path
    for name, headers in (known.dead | known.others if foreign else known.dead).items():
        nobody = mark(stage, route, ORIGIN if "cookie" in headers else {}, UNSEEN)
        found = mark(stage, route, headers, UNSEEN)
        assert found == nobody, f"{route.key} takes {name}"
    return f"| `{route.key}` | {' | '.join(marks)} |"


def rows_of(folder: Path, routes: Sequence[Route]) -> Iterator[str]:
    """Yield the rows. Routes that only read share a shop, and each other one has its own."""
    reading = Stage(folder / "reading")
    known = callers(reading)
    for route in routes:
        if route.method == "GET":
            yield row_of(reading, route, known)
            continue
        stage = Stage(folder / hashlib.sha256(route.key.encode()).hexdigest()[:16])
        yield row_of(stage, route, callers(stage))


def test_each_route_lets_in_whom_the_page_names(tmp_path: Path) -> None:
    """The table in docs/permissions.md is what the handlers do, route by route."""
    routes = [
        route
        for function in topology.FUNCTIONS
        for route in of_kind(function, Route)
        if route.method != "OPTIONS"
    ]
    rows = sorted(rows_of(tmp_path, routes))
    page = PAGE.read_text(encoding="utf-8")
    before = page.partition(HEAD)[0]
    whole = "\n".join([f"{before}{HEAD}", RULE, *rows, ""])
    if os.environ.get("SURGELINE_WRITE"):
        PAGE.write_text(whole, encoding="utf-8")
    assert whole == page, "run this test again with SURGELINE_WRITE=1, and read the difference"
