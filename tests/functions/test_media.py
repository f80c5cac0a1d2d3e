"""A customer's file is fetched, opens by its link for a day, and goes with the customer."""

import base64
from pathlib import Path

import pytest
from surgeline.adapters.codec import decode_delivery, encode_event
from surgeline.application.deliveries.media_answers import WANTED
from surgeline.application.media.kept import key_of
from surgeline.application.ports.queues import Outgoing
from surgeline.domain.ids import thread_id
from surgeline.domain.media.files import LINK_SECONDS, MediaPlace, link_of
from surgeline.domain.sent_files.events import CustomerDeleted

from local.simulators.providers.files import PICTURE
from local.virtual.home import VirtualHome
from local.virtual.shop import KEY
from tests.functions.channels.telegram_driver import TelegramDriver

PLACE = MediaPlace("t" + "a" * 26, "f" + "b" * 26)


@pytest.fixture
def mine(tmp_path: Path) -> TelegramDriver:
    """Return a Telegram channel with its bot and a pool."""
    return TelegramDriver(VirtualHome(tmp_path))


def send_picture(mine: TelegramDriver) -> None:
    """Let the customer send a picture, and everything happen that is due now."""
    assert mine.send(mine.picture(mine.CUSTOMERS[0])).status == 200
    mine.home.drain()


def test_the_customer_is_told_that_a_person_sees_it(mine: TelegramDriver) -> None:
    """Where files are fetched the notice asks for no description, and the offer has the file."""
    send_picture(mine)
    assert "who will see what you sent" in mine.screen()[0]
    [offer] = [each for each in mine.told if each["type"] == "handoff.offered"]
    [file] = offer["data"]["context"]["transcript"][0]["media"]
    assert (file["kind"], file["alt"]) == ("image", "image")
    assert mine.shop.request("GET", file["path"]).status == 200


def test_a_later_picture_comes_with_its_message(mine: TelegramDriver) -> None:
    """The pool that has the conversation gets the file with the message."""
    send_picture(mine)
    send_picture(mine)
    [message] = [each for each in mine.told if each["type"] == "conversation.message"]
    [file] = message["data"]["message"]["media"]
    assert mine.shop.request("GET", file["path"]).status == 200


def test_a_provider_that_fails_is_asked_again(mine: TelegramDriver) -> None:
    """A file whose server fails at first is kept at a later try."""
    mine.no_file = (500, b"")
    send_picture(mine)
    [file] = mine.shown_files()
    assert (file["state"], mine.shop.request("GET", file["path"]).status) == ("coming", 404)
    mine.no_file = None
    mine.home.run_for(10)
    [file] = mine.shown_files()
    assert file["state"] == "kept"


def test_markup_is_never_kept(mine: TelegramDriver) -> None:
    """What a browser could run is not kept, whatever its name says, and the transcript says why."""
    file = mine.server.file

    def active(path: str, headers: object) -> tuple[int, bytes] | None:
        found = file(path, {})
        return (200, b"<svg onload='x()'/>") if path.startswith("/file/") else found

    mine.server.file = active  # type: ignore[assignment,method-assign] # a bot that gives out markup
    send_picture(mine)
    [shown] = mine.shown_files()
    assert (shown["state"], shown["reason"]) == ("failed", "type")
    assert mine.home.backend.blobs().keys("media/") == []


def test_a_link_opens_one_file_for_a_day(mine: TelegramDriver) -> None:
    """A wrong, foreign or late link opens nothing."""
    send_picture(mine)
    [file] = mine.shown_files()
    path = file["path"]
    assert mine.shop.request("GET", f"{path[:-1]}{'a' if path[-1] != 'a' else 'b'}").status == 404
    assert (
        mine.shop.request("GET", link_of(b"other", PLACE, now=mine.home.clock.now())).status == 404
    )
    assert mine.shop.request("GET", "/v1/media/nothing").status == 404
    mine.home.clock.advance(LINK_SECONDS + 1)
    assert mine.shop.request("GET", path).status == 404


def test_a_large_file_is_given_out_whole(mine: TelegramDriver) -> None:
    """On one machine a file larger than Lambda's answers is answered all the same."""
    large = PICTURE + b"\0" * 5_000_000
    mine.home.backend.blobs().put(key_of(PLACE), large)
    answer = mine.shop.request("GET", link_of(KEY, PLACE, now=mine.home.clock.now()))
    assert base64.b64decode(answer.text) == large


def test_an_erasure_deletes_the_files(mine: TelegramDriver) -> None:
    """Nothing of the customer's files is left, also of one that comes while they are erased."""
    send_picture(mine)
    mine.no_file = (500, b"")
    send_picture(mine)
    mine.no_file = None
    thread = thread_id(KEY, "mine", mine.CUSTOMERS[0])
    assert len(mine.home.backend.blobs().keys(f"media/{thread}/")) == 1
    asked = {"channel": "mine", "sender": mine.CUSTOMERS[0]}
    assert mine.shop.admin("POST", "/v1/admin/erasures", asked).status == 202
    mine.home.run_for(60)
    assert mine.shop.admin("POST", "/v1/admin/erasures", asked).status == 200
    assert mine.home.backend.blobs().keys("media/") == []


def test_a_file_that_comes_during_an_erasure_is_deleted_again(mine: TelegramDriver) -> None:
    """A file that was on its way when its thread was erased is not kept."""
    asked, file = {"channel": "mine", "sender": mine.CUSTOMERS[0]}, mine.server.file

    def slow(path: str, headers: object) -> tuple[int, bytes] | None:
        if path.startswith("/file/"):
            assert mine.shop.admin("POST", "/v1/admin/erasures", asked).status == 202
            mine.home.drain("events")
        return file(path, {})

    mine.server.file = slow  # type: ignore[assignment,method-assign] # a slow server of files
    send_picture(mine)
    assert mine.home.backend.blobs().keys("media/") == []


def test_a_file_of_a_deleted_message_is_not_fetched_again(mine: TelegramDriver) -> None:
    """A fetch that is sent round again, after the customer took the message back, keeps nothing."""
    assert mine.send(mine.picture(mine.CUSTOMERS[0])).status == 200
    mine.home.drain("events")
    waiting = mine.home.backend.queue("deliveries").receive(10, visibility_seconds=0)
    fetch = next(each for each in waiting if decode_delivery(each.body).event == WANTED)
    mine.home.drain()
    assert mine.home.backend.blobs().keys("media/") != []
    thread = thread_id(KEY, "mine", mine.CUSTOMERS[0])
    message = str(decode_delivery(fetch.body).payload["message_id"])
    deleted = CustomerDeleted("deleted-1", thread, "mine", mine.home.clock.now(), message)
    event = Outgoing(encode_event(deleted), group=thread, dedup_id="deleted-1")
    mine.home.backend.queue("events").send([event])
    mine.home.drain()
    assert mine.home.backend.blobs().keys("media/") == []
    again = Outgoing(fetch.body, group=fetch.group, dedup_id="again")
    mine.home.backend.queue("deliveries").send([again])
    mine.home.drain()
    assert mine.home.backend.blobs().keys("media/") == []
