"""The doctor looks at this machine: Python, disk, clock and ports."""

import os
import socket
from pathlib import Path

import pytest

from cli.doctor import machine
from tests.instance import free_port


@pytest.mark.parametrize(
    ("version", "level"), [((3, 10, 9), "fail"), ((3, 11, 0), "ok"), ((3, 14, 1), "ok")]
)
def test_an_old_python_is_told(version: tuple[int, ...], level: str) -> None:
    """Surgeline needs 3.11."""
    assert machine.python(version).level == level


@pytest.mark.parametrize(
    ("free", "level"), [(10_000_000, "fail"), (500_000_000, "warn"), (5_000_000_000, "ok")]
)
def test_a_full_disk_is_told(tmp_path: Path, free: int, level: str) -> None:
    """Below 50 MB messages are refused, and below 1 GB there is little room for a surge."""
    found = machine.disk(tmp_path, free)
    assert found.level == level
    assert str(tmp_path) in found.what


def test_a_clock_that_went_back_is_told(tmp_path: Path) -> None:
    """Files of the home that were written in the future tell that the clock was set back."""
    file = tmp_path / "conversations.sqlite"
    file.touch()
    os.utime(file, (10_000, 10_000))
    assert machine.clock(tmp_path, 9_000, synchronised=True).level == "fail"
    assert "1000 s behind" in machine.clock(tmp_path, 9_000, synchronised=None).what
    assert machine.clock(tmp_path, 10_001, synchronised=True).level == "ok"
    assert machine.clock(tmp_path, 10_001, synchronised=None).level == "ok"


def test_a_clock_that_nothing_sets_is_told(tmp_path: Path) -> None:
    """A clock drifts, and signatures are refused when it is five minutes off."""
    found = machine.clock(tmp_path, 10_001, synchronised=False)
    assert found.level == "warn"
    assert "set-ntp" in found.todo


@pytest.mark.enable_socket
def test_a_port_that_another_program_has_is_told() -> None:
    """The port is named, and which part of the instance wants it."""
    first = free_port()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", first + 1))
        taken.listen()
        found = list(machine.ports(first))
    assert [each.level for each in found] == ["ok", "fail", "ok"]
    assert str(first + 1) in found[1].what
    assert "--port" in found[1].todo
