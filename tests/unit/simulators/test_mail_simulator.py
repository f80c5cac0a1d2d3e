"""A conversation by e-mail on a real instance: real SMTP both ways, every process of it."""

import io
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.main import cli
from tests.instance import Instance, free_port

pytestmark = [pytest.mark.system, pytest.mark.enable_socket]

SURGELINE = Path(sys.executable).with_name("surgeline")
ADDRESS = "support@shop.example"


class Simulated:
    """The simulated customer beside the test, who writes lines and reads answers."""

    def __init__(self, port: int, door: int) -> None:
        options = ("--kind", "email", "--port", str(port), "--field", f"address={ADDRESS}")
        options += ("--echoed", "1")
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            [
                *(SURGELINE, "channel", "simulate", *options),
                *("--hook-url", f"smtp://127.0.0.1:{door}"),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def write(self, text: str) -> None:
        assert isinstance(self._process.stdin, io.TextIOBase)
        self._process.stdin.write(f"{text}\n")
        self._process.stdin.flush()

    def reads(self, words: str) -> None:
        """Wait for a line with these words."""
        while words not in self._lines.get(timeout=30):
            pass

    def end(self) -> int:
        self._process.terminate()
        return self._process.wait(10)

    def _read(self) -> None:
        for line in self._process.stdout or ():
            self._lines.put(line)


@contextmanager
def running(folder: Path, door: int) -> Iterator[Instance]:
    arguments = ("--smtp-port", str(door), "--no-simulators", "--tier", "lexical", "--behind-proxy")
    instance = Instance(folder / "home", free_port(), arguments)
    instance.start()
    try:
        yield instance
        assert instance.stop() == 0
    finally:
        instance.kill9()


@pytest.mark.timeout(240)
def test_a_conversation_by_mail_on_a_real_instance(tmp_path: Path) -> None:
    """A customer's mails are answered by mail, and a check finds the way out open.

    A robot sends each answer back, and none of them is answered. The proxy in front is believed.
    """
    door, port = free_port(), free_port()
    with running(tmp_path, door) as instance:
        tls = {"content_type": "application/json", "x_forwarded_proto": "https"}
        assert b"wss:" in instance.request("POST", "/v1/web/web/visitors", body=b"{}", **tls).data

        def run(*words: str) -> str:
            env = {"SURGELINE_ADMIN_KEY": instance.admin_key}
            result = CliRunner().invoke(cli, [*words, "--url", instance.url], env=env)
            assert result.exit_code == 0, result.output
            return result.output

        fields = {"address": ADDRESS, "host": "127.0.0.1", "port": str(port), "starttls": "no"}
        given = [word for name, each in fields.items() for word in ("--field", f"{name}={each}")]
        added = run("channel", "add", "mail", "--kind", "email", *given)
        assert "surgeline up --smtp-port" in added
        customer = Simulated(port, door)
        customer.reads("Simulated email")
        assert "ok" in run("channel", "check", "mail")
        customer.write("Where is my order?")
        customer.reads("Re: Question")
        customer.write("I want to talk to a person")
        customer.reads("person")
        assert customer.end() == 0
    assert "our own" in instance.logs
    assert "customer@customer.example" not in instance.logs
