"""Log lines: one a record, whatever is in the fields."""

import json

import pytest
from surgeline.runtime.logs import log_of

NASTY = 'x\r\n{"level":"ERROR","message":"forged"}\x1b[2J\u2028\u202e"\x00\ud800'


def test_b46_a_field_cannot_forge_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """B46 B38: line breaks, escapes, quotes and right-to-left marks stay inside their field."""
    info, alarm = log_of("channel_webhook")
    info("refused", sender=NASTY)
    alarm("failed", agent=NASTY)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert [json.loads(line)["level"] for line in lines] == ["INFO", "ERROR"]
    assert all(line.isascii() and line.isprintable() for line in lines)
    assert json.loads(lines[0])["sender"] == NASTY


def test_a_level_keeps_what_is_below_it_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    """Only alarms are written at the level ERROR."""
    info, alarm = log_of("quiet", "ERROR")
    info("accepted")
    alarm("failed")
    [line] = capsys.readouterr().out.splitlines()
    assert json.loads(line)["message"] == "failed"
