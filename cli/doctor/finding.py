"""A finding is one thing that was looked at. No finding holds a secret or a customer's text."""

from dataclasses import asdict, dataclass
from typing import Literal

Level = Literal["ok", "warn", "fail"]
REDRIVE = "`surgeline dlq list` shows them; mend the cause, then `surgeline dlq redrive --all`"
"""The way on for dead letters."""
SIGNS = {"ok": "ok  ", "warn": "warn", "fail": "FAIL"}


@dataclass(frozen=True, slots=True)
class Finding:
    """The finding of a check, and what to do about it. With `fail` something does not work."""

    check: str
    level: Level
    what: str
    todo: str = ""

    def shown(self) -> dict[str, str]:
        """Return the finding for programs."""
        return asdict(self)


def ok(check: str, what: str) -> Finding:
    """Return a finding that all is well."""
    return Finding(check, "ok", what)


def warn(check: str, what: str, todo: str) -> Finding:
    """Return a finding that will matter, or that matters to some."""
    return Finding(check, "warn", what, todo)


def fail(check: str, what: str, todo: str) -> Finding:
    """Return a finding that something does not work."""
    return Finding(check, "fail", what, todo)
