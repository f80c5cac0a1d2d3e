"""A conversation by mail through a real Postfix: both ways, with its real bounce."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.main import cli
from tests.instance import Instance, free_port
from tests.peers.postfix import Postfix
from tests.unit.mails.test_smtp_out import Customers, served
from tests.unit.simulators.test_mail_simulator import ADDRESS, Simulated, running

pytestmark = [pytest.mark.peers, pytest.mark.enable_socket, pytest.mark.timeout(240)]

STRANGER = "nobody@nowhere.example"


def connected(instance: Instance, postfix: Postfix, *more: str) -> None:
    """Add the channel, whose mails go out by Postfix, and try it."""

    def run(*words: str) -> None:
        env = {"SURGELINE_ADMIN_KEY": instance.admin_key}
        result = CliRunner().invoke(cli, [*words, "--url", instance.url], env=env)
        assert result.exit_code == 0, result.output

    fields = [f"address={ADDRESS}", "host=127.0.0.1", f"port={postfix.port}", "starttls=no", *more]
    given = [word for each in fields for word in ("--field", each)]
    run("channel", "add", "mail", "--kind", "email", *given)
    run("channel", "check", "mail")


def eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_conversation_through_postfix(postfix: Postfix, tmp_path: Path) -> None:
    """Mails come through Postfix, also to the tagged address, and answers go out by it."""
    door, mailboxes = free_port(), free_port()
    postfix.start({ADDRESS: door, "customer.example": mailboxes})
    with running(tmp_path, door) as instance:
        connected(instance, postfix)
        customer = Simulated(mailboxes, postfix.port)
        customer.reads("Simulated email")
        customer.write("Where is my order?")
        customer.reads("Re: Question")
        customer.write("I want to talk to a person")
        customer.reads("person")
        assert customer.end() == 0
        tagged = [each for each in stored(instance) if b"Delivered-To: support+t" in each]
        assert len(tagged) == 1, "the second mail answered the first one's answer"


def test_a_bounce_of_postfix_ends_the_thread(postfix: Postfix, tmp_path: Path) -> None:
    """Postfix's own report about our answer comes to the tagged address, and is understood."""
    door, elsewhere = free_port(), Customers()
    elsewhere.rcpt = "550 5.1.1 no such user"
    with served(elsewhere) as theirs, running(tmp_path, door) as instance:
        postfix.start({ADDRESS: door, "nowhere.example": theirs})
        connected(instance, postfix)
        mail = f"From: {STRANGER}\r\nMessage-ID: <1@nowhere.example>\r\n\r\nWhere is my order?\r\n"
        postfix.post(STRANGER, ADDRESS, mail.encode())
        eventually(lambda: '"why":"bounced"' in instance.logs)
        assert '"end":"left"' in instance.logs


def stored(instance: Instance) -> list[bytes]:
    blobs = instance.backend.blobs()
    return [blobs.get(key) for key in blobs.keys("mail-kept/") if key.endswith(".eml")]
