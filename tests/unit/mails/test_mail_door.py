"""Mails come in over real SMTP, are stored for their channels, and nothing is relayed."""

import asyncio
import smtplib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from surgeline.adapters.signing.field_sets import write_fields
from surgeline.errors import Unavailable
from surgeline.runtime.configuration import shelf_of, unheard

from local.home.backend import EmbeddedBackend
from local.runner.mail_door import MailDoor, serve
from local.virtual.home import VirtualHome
from local.virtual.shop import Shop

pytestmark = pytest.mark.enable_socket

DESK = "desk@shop.example"
ADDRESS, OTHER, KIM = "support@shop.example", "help@shop.example", "kim@customer.example"
MAIL = f"From: {KIM}\r\nTo: {ADDRESS}\r\nSubject: x\r\n\r\nHello\r\n"


class Opened:
    """A door on loopback, and the home behind it."""

    def __init__(self, backend: EmbeddedBackend, port: int) -> None:
        self.backend = backend
        self.port = port

    def client(self) -> smtplib.SMTP:
        return smtplib.SMTP("127.0.0.1", self.port, "client.example", 10)

    def stored(self) -> dict[str, bytes]:
        blobs = self.backend.blobs()
        return {key: blobs.get(key) for key in blobs.keys("mail/")}


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Opened]:
    """Yield a door for two channels."""
    home = VirtualHome(tmp_path)
    shop = Shop(home)
    channels = [{"id": "mail", "kind": "email"}, {"id": "help", "kind": "email"}]
    team = {"id": "team", "kind": "in_house", "reached_by": "email", "mailbox": "t@shop.example"}
    shop.configure(channels=channels, pools=[team])
    desk = {"address": DESK, "host": "smtp.shop.example"}
    home.backend.secrets().put("pools/team", write_fields("email", desk))
    for name, address in (("mail", ADDRESS), ("help", OTHER)):
        fields = {"address": address, "host": "smtp.shop.example"}
        home.backend.secrets().put(f"channels/{name}", write_fields("email", fields))
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(0)
    loop, stopped = asyncio.new_event_loop(), asyncio.Event()
    served = serve(MailDoor(home.backend, shelf_of(home.backend, unheard)), listening, stopped)
    thread = threading.Thread(target=loop.run_until_complete, args=(served,), daemon=True)
    thread.start()
    yield Opened(home.backend, listening.getsockname()[1])
    loop.call_soon_threadsafe(stopped.set)
    thread.join(10)
    home.close()


def test_a_mail_is_stored_for_its_channel(door: Opened) -> None:
    """The mail is there when it is acknowledged, with its envelope above it."""
    with door.client() as client:
        client.sendmail(KIM, [ADDRESS], MAIL)
    [(key, stored)] = door.stored().items()
    assert key.startswith("mail/mail/")
    head = f"Return-Path: <{KIM}>\r\nDelivered-To: {ADDRESS}\r\nReceived: from 127.0.0.1".encode()
    assert stored.startswith(head)
    assert stored.endswith(MAIL.encode())


def test_a_mail_to_a_pool_is_stored_for_the_pool(door: Opened) -> None:
    """An answer to a tagged address of a pool has the pool's own folder."""
    with door.client() as client:
        client.sendmail("kim@shop.example", [f"desk+o{'a' * 26}@shop.example"], MAIL)
    [key] = door.stored()
    assert key.startswith("mail/pool.team/")


def test_a_tagged_address_is_the_channels(door: Opened) -> None:
    """Answers come to the address with a tag, in any case of its letters."""
    tagged = "Support+TAG@SHOP.example"
    with door.client() as client:
        client.sendmail(KIM, [tagged], MAIL)
    [stored] = door.stored().values()
    assert f"Delivered-To: {tagged}".encode() in stored


def test_a_mail_to_two_channels_is_stored_for_both(door: Opened) -> None:
    """Each channel gets the mail once."""
    with door.client() as client:
        client.sendmail(KIM, [ADDRESS, OTHER, "support+x@shop.example"], MAIL)
    assert sorted(key.split("/")[1] for key in door.stored()) == ["help", "mail"]


def test_nothing_is_relayed(door: Opened) -> None:
    """Any other address is refused, and the sender learns it at once."""
    with door.client() as client:
        refused = client.sendmail(KIM, [ADDRESS, "stranger@elsewhere.example"], MAIL)
    assert refused["stranger@elsewhere.example"][0] == 550
    assert len(door.stored()) == 1


def test_a_bounce_has_no_sender(door: Opened) -> None:
    """The null sender is kept as such."""
    with door.client() as client:
        client.sendmail("", [ADDRESS], MAIL)
    [stored] = door.stored().values()
    assert stored.startswith(b"Return-Path: <>\r\n")


def test_a_mail_that_is_too_large_is_refused(door: Opened) -> None:
    """A mail above ten million bytes is the sender's to make smaller."""
    with door.client() as client, pytest.raises(smtplib.SMTPResponseException) as refused:
        client.sendmail(KIM, [ADDRESS], MAIL + ("x" * 70 + "\r\n") * 150_000)
    assert refused.value.smtp_code == 552
    assert door.stored() == {}


def test_a_long_line_is_no_reason_to_refuse(door: Opened) -> None:
    """Mails of programs that break no lines are taken."""
    with door.client() as client:
        client.sendmail(KIM, [ADDRESS], MAIL + "x" * 200_000)
    assert len(door.stored()) == 1


def test_what_can_not_be_stored_is_not_acknowledged(
    door: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk answers 451, so the sender's server tries again."""

    def refuse(_key: str, _body: bytes) -> None:
        raise Unavailable("full")

    monkeypatch.setattr(door.backend.blobs(), "put", refuse)
    with door.client() as client, pytest.raises(smtplib.SMTPDataError) as refused:
        client.sendmail(KIM, [ADDRESS], MAIL)
    assert refused.value.smtp_code == 451


def test_a_client_that_talks_rubbish_harms_nobody(door: Opened) -> None:
    """Rubbish, half a mail and a lost connection leave the door open for others."""
    for said in (b"\x00\xff\r\n" * 50, b"EHLO x\r\nMAIL FROM:<a@b>\r\nDATA\r\n", b"A" * 2_000_000):
        with socket.create_connection(("127.0.0.1", door.port), 5) as peer:
            peer.sendall(said)
    with door.client() as client:
        client.sendmail(KIM, [ADDRESS], MAIL)
    assert len(door.stored()) == 1
