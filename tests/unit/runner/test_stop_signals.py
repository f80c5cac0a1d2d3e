"""A process that was told to stop ends in its own time, however often it is told again."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import urllib3

from tests.instance import free_port

ROOT = Path(__file__).parents[3]

SIMULATOR = """
from aiohttp import web
from local.simulators.webhooks import serve
serve(web.Application(), port=port, ready=lambda: None)
"""
FRONT = """
import os, socket
from local.home import names
from local.runner.front.front import main
(home / "logs").mkdir()
listening = socket.create_server(("127.0.0.1", port)).detach()
os.environ |= {names.HOME: str(home), names.LISTEN_FD: str(listening)}
main()
"""
INSTANCE = """
from local.runner.up import run
code = run(port, home, simulators=False)
"""
BEFORE = """
import sys, time
from pathlib import Path
home, port, code = Path(sys.argv[1]), int(sys.argv[2]), 0
"""
AFTERWARDS = """
(home / "ended").touch()
while not (home / "go").exists():
    time.sleep(0.01)
raise SystemExit(code)
"""


def answers(port: int) -> bool:
    """Return whether anything answers HTTP there, with whatever status."""
    try:
        urllib3.request("GET", f"http://127.0.0.1:{port}/", retries=False, timeout=10)
    except urllib3.exceptions.HTTPError:
        return False
    return True


def wait_until(happens: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    """Wait until something happens while the process runs."""
    deadline = time.monotonic() + 60
    while not happens():
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.enable_socket
@pytest.mark.parametrize("program", [SIMULATOR, FRONT, INSTANCE], ids=["simulator", "front", "up"])
def test_a_second_stop_changes_nothing(tmp_path: Path, program: str) -> None:
    """Stops that come when the loop of a stopped process is closed leave its exit code at 0."""
    home, port = tmp_path / "home", free_port()
    home.mkdir(0o700)
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", BEFORE + program + AFTERWARDS, str(home), str(port)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        wait_until(lambda: answers(port), process)
        process.send_signal(signal.SIGTERM)
        wait_until((home / "ended").exists, process)
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGINT)
        (home / "go").touch()
        _, errors = process.communicate(timeout=20)
    finally:
        process.kill()
    assert (process.returncode, b"Traceback" in errors) == (0, False)
