"""Routes are chosen as an HTTP API chooses them."""

import pytest
from surgeline.adapters import hooks
from surgeline.runtime import http, strict_json

from functions.admin_api import backlog_files, backlogs
from functions.admin_api import handler as admin_api
from infra import topology
from local.home.routes import Match, Routes

ROUTES = Routes(topology.FUNCTIONS)


def test_every_route_of_the_topology_leads_to_its_function() -> None:
    """Each route of the topology matches with any value for its parameters."""
    for function in topology.FUNCTIONS:
        for route in function.wakes:
            if isinstance(route, topology.Route):
                path = route.path.replace("{", "x").replace("}", "x")
                match = ROUTES.match(route.method, path)
                assert match is not None
                assert (match.function, match.route_key) == (function.name, route.key)


def test_parameters_come_decoded() -> None:
    """Percent-encoding ends here; the raw path is in the event as well."""
    assert ROUTES.match("POST", "/v1/pools/caf%C3%A9%20x/events") == Match(
        "pool_callback", "POST /v1/pools/{pool_id}/events", {"pool_id": "café x"}
    )


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS", "post"])
def test_another_method_has_no_route(method: str) -> None:
    """A known path with another method is 404 at the edge and not 405 (B17)."""
    assert ROUTES.match(method, "/v1/channels/demo/messages") is None


@pytest.mark.parametrize(
    "path",
    [
        "",
        "//",
        "/v1/channels//messages",
        "/v1/channels/a/b/messages",
        "/v1/channels/../messages/x",
        "/v1/channels/demo/messages/",
        "/V1/channels/demo/messages",
        "/v1/channels/demo%2Fmessages",
        "/assets/a/b",
    ],
)
def test_another_path_has_no_route(path: str) -> None:
    """A path is matched without normalising, trailing slash or empty segment (B23)."""
    assert ROUTES.match("POST", path) is None
    assert ROUTES.match("GET", path) is None


def test_an_encoded_slash_stays_inside_its_parameter() -> None:
    """An encoded slash stays inside its parameter, and the handler refuses the id (B23)."""
    match = ROUTES.match("POST", "/v1/channels/..%2f..%2fetc/messages")
    assert match is not None
    assert match.parameters == {"channel_id": "../../etc"}


def test_routes_and_functions_take_bodies_of_the_same_size() -> None:
    """The front and the functions take bodies of the same size on every route."""
    assert topology.MAX_BODY_BYTES == http.MAX_BODY_BYTES == strict_json.MAX_BYTES
    assert topology.MAX_ARTICLES_BYTES == admin_api.MAX_BODY_BYTES
    large = ROUTES.match("PUT", "/v1/admin/knowledge/shop")
    small = ROUTES.match("POST", "/v1/channels/app/messages")
    hook = ROUTES.match("POST", "/v1/hooks/whatsapp/wa")
    for each in ("tickets", "files/preview"):
        tickets = ROUTES.match("POST", f"/v1/admin/backlogs/old/{each}")
        assert tickets is not None
        assert tickets.max_body_bytes == backlogs.MOST_BYTES == backlog_files.MOST_BYTES
    assert large is not None
    assert small is not None
    assert hook is not None
    assert hook.max_body_bytes == topology.MAX_HOOK_BYTES == hooks.MOST_BYTES
    assert large.max_body_bytes == topology.MAX_ARTICLES_BYTES
    assert small.max_body_bytes == topology.MAX_BODY_BYTES
