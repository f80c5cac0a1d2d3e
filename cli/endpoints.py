"""The commands for channels and pools share this module."""

from typing import Literal

import click

from cli.api import Api, path
from cli.console import print_json

TAKEN_UP = "It is in use within a minute, on a local instance at once."

finish_option = click.option(
    "--finish", is_flag=True, help="Drop the old secret, so that only the newest is accepted."
)


replace_option = click.option(
    "--replace", is_flag=True, help="Replace an endpoint of another kind that has this id."
)


def meant(**words: bool) -> str:
    """Return the query that confirms an intention, as `?replace=yes`."""
    query = "&".join(f"{word}=yes" for word, is_meant in words.items() if is_meant)
    return f"?{query}" if query else ""


def rotate_secret(
    kind: Literal["channel", "pool"], id_: str, api: Api, *, finish: bool, as_json: bool
) -> None:
    """Begin or finish to replace the secret, and say what to do next."""
    answer = api.post(path("admin", f"{kind}s", id_, "secret"), {"finish": finish})
    if as_json:
        print_json(answer)
    elif finish and not answer["dropped"]:
        click.echo(f"The secret of the {kind} {id_} was the only one already")
    elif finish:
        click.echo(
            f"Only the newest secret of the {kind} {id_} is accepted from now on. {TAKEN_UP}"
        )
    else:
        click.echo(f"New secret of both directions, shown only now: {answer['secret']}")
        click.echo(f"{answer['good']} secrets are accepted, and each signs. {TAKEN_UP}")
        click.echo(f"Once the other side uses it: surgeline {kind} rotate {id_} --finish")
