"""What `pool rotate` and `channel rotate` share: a new secret with an overlap, and its end."""

from typing import Literal

import click

from cli.api import Api, path
from cli.console import print_json

TAKEN_UP = "Used within five minutes, by a local instance at once."

finish_option = click.option(
    "--finish", is_flag=True, help="Drop the old one: only the newest is good from now on."
)


def rotate_secret(
    kind: Literal["channel", "pool"], id_: str, api: Api, *, finish: bool, as_json: bool
) -> None:
    """Begin or finish the rotation, and say what is to be done next."""
    answer = api.post(path("admin", f"{kind}s", id_, "secret"), {"finish": finish})
    if as_json:
        print_json(answer)
    elif finish and not answer["dropped"]:
        click.echo(f"The secret of the {kind} {id_} was the only one already")
    elif finish:
        click.echo(f"Only the newest secret of the {kind} {id_} is good from now on. {TAKEN_UP}")
    else:
        click.echo(f"New secret of both directions, shown only now: {answer['secret']}")
        click.echo(f"{answer['good']} secrets are good, and each signs. {TAKEN_UP}")
        click.echo(f"Once the other side uses it: surgeline {kind} rotate {id_} --finish")
