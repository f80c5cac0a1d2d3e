"""The fields of a provider's channel are read here from flags, files and the standard input.

A value on the command line is in every list of processes, so files and the input are the usual way.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from cli.console import WrongUse

field_option = click.option(
    "--field",
    "fields",
    multiple=True,
    metavar="NAME=@FILE",
    help="A field of the provider: NAME=@FILE, NAME=- for the input, or NAME=VALUE. Repeatable.",
)


setting_option = click.option(
    "--setting",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="A further setting of the kind, such as template=reply_later. Repeatable.",
)


def settings_of(given: Iterable[str]) -> dict[str, str]:
    """Return the settings by name. Raises WrongUse."""
    found: dict[str, str] = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals or not name:
            raise WrongUse("--setting: give NAME=VALUE.")
        if name in found:
            raise WrongUse(f"--setting {name}: it is given twice.")
        found[name] = value
    return found


def fields_of(given: Iterable[str]) -> dict[str, str]:
    """Return the values by name. Raises WrongUse, which never repeats a value."""
    found: dict[str, str] = {}
    from_input = ""
    for each in given:
        name, equals, value = each.partition("=")
        if not equals or not name:
            raise WrongUse("--field: give NAME=@FILE, NAME=- or NAME=VALUE.")
        if name in found:
            raise WrongUse(f"--field {name}: it is given twice.")
        if value == "-" and from_input:
            raise WrongUse(f"--field {name}: only one field comes from the input ({from_input}).")
        from_input = name if value == "-" else from_input
        found[name] = _value(name, value)
    return found


def _value(name: str, value: str) -> str:
    if value == "-":
        if sys.stdin.isatty():
            typed: str = click.prompt(name, hide_input=True)
            return _trimmed(typed)
        return _trimmed(sys.stdin.read())
    if not value.startswith("@"):
        return value
    try:
        return _trimmed(Path(value[1:]).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
        raise WrongUse(f"--field {name}: {value[1:]} can't be read: {why}.") from error


def _trimmed(text: str) -> str:
    """Return a value without the space around it, and without the mark that some editors begin."""
    return text.removeprefix("\ufeff").strip()
