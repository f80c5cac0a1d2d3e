"""Logs are bounded, private, one line a record; the console gets worries only."""

import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.runner.processes.logs import Console, JsonFormatter, RotatingLog, short_form


@pytest.fixture
def console() -> Iterator[tuple[Console, int]]:
    read_fd, write_fd = os.pipe()
    os.set_blocking(read_fd, False)
    yield Console("lane-0", write_fd), read_fd
    os.close(read_fd)
    os.close(write_fd)


def line(level: str, message: str) -> str:
    return json.dumps({"level": level, "message": message}, separators=(",", ":")) + "\n"


def test_a_full_log_is_set_aside_once(tmp_path: Path) -> None:
    """A log keeps two files at most, each within its bound, and aliases follow the new file."""
    alias = os.open(os.devnull, os.O_WRONLY)
    path = tmp_path / "x.log"
    log = RotatingLog(path, console=lambda _text: None, max_bytes=1_000, aliases=(alias,))
    for number in range(100):
        log.write(line("INFO", f"{number:03d} " + "x" * 60))
    os.write(alias, b"from C\n")
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["x.log", "x.log.1"]
    assert all(file.stat().st_size <= 1_007 for file in files)
    assert path.read_text().endswith("from C\n")
    os.close(alias)


def test_only_worries_reach_the_console(tmp_path: Path, console: tuple[Console, int]) -> None:
    """Only warnings and errors reach the console, in a short human form."""
    show, read_fd = console
    log = RotatingLog(tmp_path / "x.log", console=show)
    log.write(line("INFO", "all is well"))
    with pytest.raises(BlockingIOError):
        os.read(read_fd, 1)
    log.write(line("ERROR", "it broke"))
    shown = os.read(read_fd, 1_000).decode()
    assert shown.endswith(" error lane-0: it broke\n")


def test_a_storm_of_worries_is_cut_short(console: tuple[Console, int]) -> None:
    """The console shows twenty lines in ten seconds, and the file has them all."""
    show, read_fd = console
    for _ in range(500):
        show(line("WARNING", "again"))
    assert len(os.read(read_fd, 60_000).splitlines()) == 20


def test_nothing_in_a_message_can_forge_a_line() -> None:
    """Line breaks and escape sequences do not reach the terminal (B46)."""
    short = short_form("x", line("ERROR", "a\r\n12:00:00 error x: forged \x1b[31mred \u202e"))
    assert short is not None
    assert short.isprintable()


@pytest.mark.parametrize("text", ["plain", "{", "[]", '"x"', line("INFO", "x"), '{"level":[1]}'])
def test_what_is_no_worry_has_no_short_form(text: str) -> None:
    """A line that is other JSON or other text has no short form."""
    assert short_form("x", text) is None


def test_a_traceback_names_the_place_and_not_the_message() -> None:
    """A traceback shows type and frames only, because an exception's message may quote a
    customer (B47).
    """
    with pytest.raises(ValueError, match="4111") as raised:
        int("4111 1111 1111 1111")
    info = (ValueError, raised.value, None)
    record = logging.LogRecord("local.x", logging.ERROR, "", 1, "%s failed", ("f",), info)
    entry = json.loads(JsonFormatter().format(record))
    assert entry["message"] == "f failed"
    assert entry["exception_name"] == "ValueError"
    assert "test_logs.py" in entry["frames"][0]
    assert "4111" not in json.dumps(entry)
