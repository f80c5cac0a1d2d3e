"""A whole instance gets ready and is stopped, killed and started again."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from urllib3.exceptions import HTTPError

from tests.instance import Instance, free_port
from tests.warm import surgeline

Start = Callable[..., Instance]


def on_one(test: Callable[..., None]) -> Callable[..., None]:
    """Mark a test of the instance that several tests share."""
    return pytest.mark.system(pytest.mark.enable_socket(test))


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Yield one instance for the tests after which it goes on."""
    home = tmp_path_factory.mktemp("lasting") / "home"
    instance = Instance(home, free_port(), begins="first")
    try:
        instance.start()
        yield instance
        instance.stop()
    finally:
        instance.kill9()


def eventually(read: Callable[[], Any], seconds: float = 15.0) -> Any:
    """Return the first truthy value."""
    deadline = time.monotonic() + seconds
    while not (found := read()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found


def printed_line(instance: Instance) -> str:
    code, shown = surgeline(
        *("secret", "show", "--home", instance.home, "--port", str(instance.port))
    )
    assert code == 0, shown
    assert instance.admin_key in shown
    return next(line for line in shown.splitlines() if line.startswith("B="))


def run_line(line: str) -> dict[str, str]:
    command = ["/bin/sh", "-c", line]
    done = subprocess.run(command, capture_output=True, check=True)  # noqa: S603 - what people do
    answer: dict[str, str] = json.loads(done.stdout)
    return answer


def answers_the_printed_line(instance: Instance) -> bool:
    """Return whether a message of the printed line is replied to, and once."""
    accepted = run_line(printed_line(instance))
    replies = eventually(lambda: replies_to(accepted["message_id"], instance))
    return len(replies) == 1


@on_one
def test_the_printed_line_brings_an_answer_to_the_channel(lasting: Instance) -> None:
    """The start shows no secret; `secret show` prints a line that works when pasted."""
    assert lasting.admin_key not in lasting.output
    assert answers_the_printed_line(lasting)


@on_one
def test_an_open_page_is_pushed_the_new_number(lasting: Instance) -> None:
    """A worker reaches the socket that the front holds, also after the front died and is back."""
    instance = lasting
    json_type = {"Content_Type": "application/json"}
    visitor = instance.request("POST", "/v1/web/web/visitors", body=b"{}", **json_type).json()

    def write(client_id: str) -> None:
        body = {"client_message_id": client_id, "text": "Where is my order?"}
        raw, bearer = json.dumps(body).encode(), f"Bearer {visitor['token']}"
        path = "/v1/web/web/messages"
        answer = instance.request("POST", path, body=raw, Authorization=bearer, **json_type)
        assert answer.status == 202

    async def pushed(client_id: str) -> dict[str, object]:
        async with ClientSession() as session:
            url = f"{visitor['socket_url']}?token={visitor['token']}"
            async with session.ws_connect(url) as ws:
                await asyncio.to_thread(write, client_id)
                found: dict[str, object] = await ws.receive_json(timeout=15)
                return found

    first = asyncio.run(pushed("one"))
    front = next(pid for pid in instance.pids() if name_of(pid).strip() == "front")
    os.kill(front, signal.SIGKILL)
    second = asyncio.run(pushed("two"))
    assert [push["seq"] for push in (first, second)] == [2, 4]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_every_process_quietly(surgeline_up: Start, number: signal.Signals) -> None:
    """Ctrl-C to the whole group ends with exit code 0, with no process left and no alarm in the
    log.
    """
    instance = surgeline_up(begins="cold")
    assert instance.process is not None
    assert len(instance.pids()) > 1
    os.killpg(instance.process.pid, number)
    assert instance.process.wait(20) == 0
    assert instance.pids() == []
    assert "Traceback" not in instance.output + instance.logs
    assert "starts again" not in instance.output


def test_a_killed_supervisor_takes_its_children_with_it(surgeline_up: Start) -> None:
    """Kill -9 of the supervisor alone leaves no process, and the folder can be used at once."""
    instance = surgeline_up(simulators=False, begins="cold")
    assert instance.process is not None
    instance.process.send_signal(signal.SIGKILL)
    instance.process.wait()
    eventually(lambda: instance.pids() == [], seconds=3)
    instance.restart()
    assert instance.request("GET", "/").status == 200


def test_a_later_start_keeps_keys_and_configuration(surgeline_up: Start) -> None:
    """Nothing of what the first start made is made again."""
    instance = surgeline_up(simulators=False, begins="first")
    before = (instance.admin_key, instance.secret("ids"), instance.secret("channels/demo"))
    key = {"Authorization": f"Bearer {before[0]}"}
    status = instance.request("GET", "/v1/admin/status", **key).json()
    instance.kill9()
    instance.restart()
    assert (instance.admin_key, instance.secret("ids"), instance.secret("channels/demo")) == before
    assert instance.request("GET", "/v1/admin/status", **key).json() == status


@on_one
def test_a_folder_in_use_is_refused_with_advice(lasting: Instance) -> None:
    """A second start on the same folder says who has it, and exits with 2."""
    code, said = second_start(lasting, lasting.home)
    assert code == 2
    assert f"http://127.0.0.1:{lasting.port}" in said
    assert "--home" in said


@on_one
def test_a_port_in_use_is_refused_with_advice(lasting: Instance, tmp_path: Path) -> None:
    """A second start on the same port says so, and exits with 2."""
    code, said = second_start(lasting, tmp_path / "other")
    assert code == 2
    assert str(lasting.port) in said
    assert "--port" in said


@on_one
def test_a_dead_lane_is_replaced(lasting: Instance) -> None:
    """The supervisor says that a lane died and starts it again; messages are answered."""
    lanes = eventually(lambda: lanes_of(lasting))
    before = restarts_of("conversation", lasting)
    for pid in lanes:
        os.kill(pid, signal.SIGKILL)
    assert answers_the_printed_line(lasting)
    assert eventually(lambda: restarts_of("conversation", lasting) - before >= len(lanes))


@on_one
def test_whatever_dies_the_instance_comes_back(lasting: Instance) -> None:
    """The supervisor starts every killed process again by itself."""
    assert lasting.process is not None
    for pid in lasting.pids():
        if pid != lasting.process.pid:
            os.kill(pid, signal.SIGKILL)
    assert answers_the_printed_line(lasting)


def test_without_forks_each_process_is_an_interpreter_of_its_own(
    surgeline_up: Start, tmp_path: Path
) -> None:
    """An instance without forks lives the same life and only starts more slowly."""
    instance = surgeline_up(program=(sys.executable, "-c", SPAWNED))
    assert answers_the_printed_line(instance)
    pids = instance.pids()
    assert "nursery" not in {name_of(pid).strip() for pid in pids}
    assert instance.stop() == 0
    assert instance.pids() == []


SPAWNED = """
import sys
from pathlib import Path
from local.runner.up import run
_, _, port, _, home = sys.argv
sys.exit(run(int(port), Path(home), plan_name="tests.unit.runner.plans:SPAWNED"))
"""


def test_a_stop_while_it_starts_is_as_clean(surgeline_up: Start, tmp_path: Path) -> None:
    """Ctrl-C at any moment of the start leaves no process and no traceback."""
    for seconds in (0.0, 0.3, 1.0):
        home = tmp_path / f"stopped after {seconds}"
        instance = Instance(home, free_port(), begins="first")
        instance.launch()
        eventually((instance.home / "lock").exists)
        time.sleep(seconds)
        assert instance.stop(signal.SIGINT) in {0, -signal.SIGINT}, instance.output
        eventually(lambda one=instance: one.pids() == [], seconds=5)
        assert "Traceback" not in instance.output


def lanes_of(instance: Instance) -> list[int]:
    """Return the lanes of conversations that live now; one may just have ended."""
    with suppress(FileNotFoundError):
        return [pid for pid in instance.pids() if name_of(pid).startswith("conversation")]
    return []


def restarts_of(name: str, instance: Instance) -> int:
    """Count how often the supervisor said that a process with such a name was killed."""
    lines = [each for each in instance.output.splitlines() if name in each]
    return sum("was ended by SIGKILL; it starts again" in each for each in lines)


def replies_to(message_id: str, instance: Instance) -> list[dict[str, str]]:
    """Return what the simulated channel has for a message; nothing while it starts again."""
    with suppress(HTTPError):
        found: list[dict[str, str]] = instance.request(
            "GET", f"{instance.channel_url}/replies"
        ).json()
        return [each for each in found if each["in_reply_to"] == message_id]
    return []


def second_start(instance: Instance, home: Path) -> tuple[int, str]:
    """Return the exit code and the complaint of another `surgeline up` on the same port."""
    return surgeline("up", "--port", str(instance.port), "--home", home)


def name_of(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text()
