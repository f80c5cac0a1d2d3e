"""Every route is asked with each credential; docs/permissions.md shows what the routes answered."""

import hashlib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from infra import topology
from infra.topology import Route
from local.home.plan import of_kind
from local.virtual.shop import ADMIN_KEY
from tests.functions.signed_in import DESK, sign_in
from tests.functions.stage import Stage

PAGE = Path(__file__).parents[2] / "docs" / "permissions.md"
READ_KEY = "a key that only reads"
REFUSED = (401, 403)
VALUES = {
    "backlog_id": "old",
    "channel_id": "web",
    "pool_id": "desk",
    "knowledge_base": "nowhere",
    "conversation_id": f"t{'a' * 26}-1",
    "subscription_id": "nobody",
    "alert_id": f"a{'a' * 26}",
    "person_id": f"u{'a' * 26}",
    "kind": "line",
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
    "on_call_id": "nobody",
    "calendar_token": "nothing",
}
HEAD = "| route | none | visitor | agent | lead | admin | key: read | key: write |"
RULE = "|---|---|---|---|---|---|---|---|"

pytestmark = pytest.mark.enable_socket  # a ping goes out, to nobody


def credentials(stage: Stage) -> dict[str, Mapping[str, str]]:
    """Return the headers that prove each kind of caller, who all are new."""
    visitor = stage.request("POST", "/v1/web/web/visitors").json["token"]
    known = json.loads(stage.backend.secrets().get("admin") or "[]")
    digest = hashlib.sha256(READ_KEY.encode()).hexdigest()
    reader = {"name": "reader", "scopes": ["read"], "sha256": digest}
    stage.backend.secrets().put("admin", json.dumps([*known, reader]))
    return {
        "none": {},
        "visitor": {"authorization": f"Bearer {visitor}"},
        "agent": sign_in(stage, "Mina", "agent", "desk"),
        "lead": sign_in(stage, "Lee", "lead"),
        "admin": sign_in(stage, "Ann", "admin"),
        "key: read": {"authorization": f"Bearer {READ_KEY}"},
        "key: write": {"authorization": f"Bearer {ADMIN_KEY}"},
    }


def row_of(folder: Path, route: Route) -> str:
    """Return the table's row of a route: who gets further than the credential."""
    marks = []
    path = re.sub(r"\{(\w+)\}", lambda found: VALUES[found[1]], route.path)
    stage = Stage(folder / hashlib.sha256(route.key.encode()).hexdigest()[:16])
    stage.configure(pools=[DESK])
    for headers in credentials(stage).values():
        answered = stage.request(route.method, path, {}, headers)
        assert answered.status < 500, f"{route.key}: {answered.text}"
        marks.append("" if answered.status in REFUSED else "yes")
    return f"| `{route.key}` | {' | '.join(marks)} |"


def test_each_route_lets_in_whom_the_page_names(tmp_path: Path) -> None:
    """The table in docs/permissions.md is what the handlers do, route by route."""
    routes = [
        route
        for function in topology.FUNCTIONS
        for route in of_kind(function, Route)
        if route.method != "OPTIONS"
    ]
    rows = sorted(row_of(tmp_path, each) for each in routes)
    page = PAGE.read_text(encoding="utf-8")
    before = page.partition(HEAD)[0]
    whole = "\n".join([f"{before}{HEAD}", RULE, *rows, ""])
    if os.environ.get("SURGELINE_WRITE"):
        PAGE.write_text(whole, encoding="utf-8")
    assert whole == page, "run this test again with SURGELINE_WRITE=1, and read the difference"
