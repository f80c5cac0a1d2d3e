"""Commands in these groups are imported only when one is run, so that `--help` stays instant."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click
from click.shell_completion import CompletionItem


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a command, as `module:attribute`, and its one-line help."""

    path: str
    summary: str

    def load(self) -> click.Command:
        """Return the command, and import its module for that."""
        module, _, attribute = self.path.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command


class LazyGroup(click.Group):
    """A group over `places`, listed in the order given.

    `also` has other names of some places, which are not listed.
    """

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - whatever click.Group takes
        places: Mapping[str, Place],
        also: Mapping[str, str] | None = None,
        **kwargs: Any,  # noqa: ANN401 - as above
    ) -> None:
        super().__init__(*args, **kwargs)
        self.places = places
        self.also = also or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of `places`; see click.Group."""
        del ctx
        return list(self.places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name, loaded now; see click.Group."""
        del ctx
        place = self.places.get(self.also.get(cmd_name, cmd_name))
        return place.load() if place else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands from their summaries, without an import; see click.Group."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, place.summary) for name, place in self.places.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return names that begin so, from their summaries, without an import; see click.Group."""
        named = [
            CompletionItem(name, help=place.summary)
            for name, place in self.places.items()
            if name.startswith(incomplete)
        ]
        return [*named, *click.Command.shell_complete(self, ctx, incomplete)]
