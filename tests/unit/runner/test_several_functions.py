"""Several functions are woken by uploads and by sockets, each by what is meant for it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from infra.topology import BUCKET, FUNCTIONS, Function, Grant, Uploads, WebSocket
from local.home.backend import open_home
from local.home.plan import DEFAULT, UPLOADS_QUEUE
from local.runner.front.front import route_of
from local.runner.lanes import upload
from local.runner.lanes.in_hand import InHand
from tests.unit.runner import toy_uploads
from tests.unit.runner.fronts import Running, drive


def toy(name: str, *wakes: Uploads | WebSocket) -> Function:
    """Return a function that is woken so."""
    return Function(
        name, "a toy", wakes, (Grant(BUCKET, ("read",)),), timeout_seconds=9, memory_mb=256
    )


MAIL = toy("mail_room", Uploads("mail/"))
ARCHIVE = toy("archive", Uploads("mail/"), Uploads("old/"))
TYPING = toy("typing", WebSocket(("typing",)))
POST = replace(
    DEFAULT,
    functions=(MAIL, ARCHIVE),
    handlers="tests.unit.runner.toy_uploads",
)


@pytest.fixture
def keys() -> list[tuple[str, str]]:
    """Return which function was woken by which key."""
    toy_uploads.SEEN.clear()
    return toy_uploads.SEEN


def put(folder: Path, *uploads: str) -> None:
    """Put blobs, then handle the uploads among them."""
    backend = open_home(folder, POST)
    for key in uploads:
        backend.blobs().put(key, b"x")
    upload.handle_uploads(backend, POST, InHand(folder / "in"), lambda: False)


def test_an_upload_wakes_every_function_of_its_prefix(
    tmp_path: Path, keys: list[tuple[str, str]]
) -> None:
    """Each function hears of an upload once, as each rule of EventBridge would tell its own."""
    put(tmp_path, "mail/1", "old/1", "other/1")
    assert sorted(keys) == [("archive", "mail/1"), ("archive", "old/1"), ("mail_room", "mail/1")]


def test_an_upload_that_an_older_release_noted_wakes_the_first(
    tmp_path: Path, keys: list[tuple[str, str]]
) -> None:
    """An older release's note of an upload names no function, so the first one is woken."""
    from surgeline.application.ports.queues import Outgoing

    backend = open_home(tmp_path, replace(POST, functions=()))
    backend.blobs().put("mail/1", b"x")
    backend.queue(UPLOADS_QUEUE).send([Outgoing('{"key": "mail/1", "at": 1}')])
    put(tmp_path)
    assert keys == [("mail_room", "mail/1")]


@pytest.mark.enable_socket
def test_a_clients_action_leads_to_its_function() -> None:
    """Connects and everything else go on leading to the function that serves the page."""

    async def test(running: Running, session: aiohttp.ClientSession) -> None:
        url = f"{running.url}/v1/web/web/socket?token=t"
        async with session.ws_connect(url) as ws:
            await ws.send_str('{"action": "typing"}')
            await ws.send_str('{"action": "other"}')
            await ws.send_str("no JSON")

    after: list[Any] = []

    async def look(running: Running, session: aiohttp.ClientSession) -> None:
        await test(running, session)
        after.append(running)

    drive(look, plan=replace(DEFAULT, functions=(*FUNCTIONS, TYPING)))
    [running] = after
    routes = [event["requestContext"]["routeKey"] for event in running.events]
    assert dict(zip(routes, running.functions, strict=True)) == {
        "$connect": "web_chat",
        "typing": "typing",
        "$default": "web_chat",
        "$disconnect": "web_chat",
    }
    assert routes == ["$connect", "typing", "$default", "$default", "$disconnect"]


@pytest.mark.parametrize(
    "text",
    ['{"action": "$connect"}', '{"action": ["typing"]}', "[1]", "null", "", '{"action": "nobody"}'],
)
def test_what_names_no_route_goes_the_default_way(text: str) -> None:
    """A client can neither take AWS's own routes nor break the choice."""
    assert route_of(text, {"$connect", "typing", "$default"}) == "$default"
