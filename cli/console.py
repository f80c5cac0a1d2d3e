"""The commands share the options, exits, printing and examples of this module."""

import json
import os
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

_AGO = re.compile(r"(\d{1,6})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff"
    "\U000e0000-\U000e007f]"
)
"""These are controls, marks of direction and other invisible characters, but no joiners."""

MAX_PORT = 65_535
KEY_FILE = Path(".surgeline") / "admin-key"


class Failed(click.ClickException):
    """The command did not succeed; the message says what failed and what to do."""

    exit_code = 1


class NotReachable(click.ClickException):
    """No instance answers at the address."""

    exit_code = 2


class WrongUse(click.ClickException):
    """Something that the command needs is missing or unreadable."""

    exit_code = 2


class Moment(click.ParamType[str]):
    """A time: RFC 3339 with its zone, or how long ago (90s, 30m, 2h, 3d)."""

    name = "time"
    accepted = "90s, 30m, 2h, 3d, or a time such as 2026-03-01T12:00:00Z"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the time in RFC 3339; see click.ParamType."""
        ago = _AGO.fullmatch(value)
        try:
            if ago:
                moment = datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
            else:
                moment = datetime.fromisoformat(value)
        except (ValueError, OverflowError):
            moment = None
        if moment is None or moment.tzinfo is None:
            self.fail(f"use {self.accepted}", param, ctx)
        return moment.isoformat()


class DateOrMoment(Moment):
    """A time, or a date. A date stays one, because the instance knows the company's time zone."""

    accepted = "90s, 30m, 2h, 3d, a date such as 2026-03-01, or a time such as 2026-03-01T12:00:00Z"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the date, or the time in RFC 3339; see click.ParamType."""
        try:
            is_date = date.fromisoformat(value).isoformat() == value
        except ValueError:
            is_date = False
        return value if is_date else super().convert(value, param, ctx)


class Port(click.ParamType[int]):
    """A port of this machine. The lowest is 0 where the system may choose one."""

    name = "port"

    def __init__(self, lowest: int = 1) -> None:
        self.lowest = lowest

    def convert(
        self, value: str | int, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Return the number; see click.ParamType. Raises WrongUse, which says all in a line."""
        del param, ctx
        try:
            number = int(value)
        except ValueError:
            number = -1
        if not self.lowest <= number <= MAX_PORT:
            raise WrongUse(
                f"a port is a number from {self.lowest} to {MAX_PORT}, not {plain(str(value))!r}; "
                "mend --port, or PORT in the environment."
            )
        return number


def example(*lines: str) -> str:
    """Return an epilog that shows commands to copy, one on each line, unwrapped."""
    return "\b\nExample:\n" + "\n".join(f"  {line}" for line in lines)


def default_url() -> str:
    """Return the address where `surgeline up` listens on this machine. Raises WrongUse."""
    return f"http://127.0.0.1:{Port().convert(os.environ.get('PORT') or 8787, None, None)}"


def default_admin_key() -> str | None:
    """Return the key in the home folder of `surgeline up`, if that lies below this folder."""
    try:
        return KEY_FILE.read_text(encoding="ascii").strip() or None
    except (OSError, ValueError):
        return None


url_option = click.option(
    "--url",
    "--instance",
    "url",
    metavar="URL",
    default=default_url,
    show_default="http://127.0.0.1:$PORT, or 8787",
    help="The instance's address.",
)
# These are for commands where --url is another party's address.
instance_option = click.option(
    "--instance",
    metavar="URL",
    default=default_url,
    show_default="http://127.0.0.1:$PORT, or 8787",
    help="The instance's address.",
)
admin_key_option = click.option(
    "--admin-key",
    metavar="KEY",
    envvar="SURGELINE_ADMIN_KEY",
    default=default_admin_key,
    show_default="$SURGELINE_ADMIN_KEY, or .surgeline/admin-key",
    help="An admin key of the instance.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")


def plain(text: str) -> str:
    """Return a text from outside, safe to print.

    No character of the text drives the terminal or turns its direction, because such characters are
    shown escaped.
    """
    return _UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural unless the number is one."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def print_json(value: object) -> None:
    """Print one indented JSON document in which Korean and French are readable."""
    click.echo(_json(value, indent=2))


def print_json_line(value: object) -> None:
    """Print one JSON document on one line."""
    click.echo(_json(value))


def _json(value: object, *, indent: int | None = None) -> str:
    """Return the JSON, with characters that would drive a terminal in JSON's own escapes."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return _UNSEEN.sub(lambda found: json.dumps(found[0])[1:-1], text)
