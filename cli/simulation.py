"""The two `simulate` commands share the secret, the port and the start that live here."""

import os
from collections.abc import Callable

import click
from aiohttp import web
from surgeline.adapters.signing.standard_webhooks import decode_secrets
from surgeline.errors import Unprocessable

from cli.console import Command, Port, WrongUse
from local.simulators.webhooks import serve

PORT = Port(lowest=0)

show_text_option = click.option(
    "--show-text/--no-show-text", default=False, help="Print what people write, too."
)


def secret_option(variable: str) -> Callable[[Command], Command]:
    """Add the endpoint's secret; the environment is safer, because process lists do not show it."""
    return click.option(
        "--secret",
        envvar=variable,
        metavar="whsec_...",
        show_default=f"${variable}",
        help="The secret that signs both directions.",
    )


def simulator_port(default: int) -> Callable[[Command], Command]:
    """Add the port on which a simulator listens."""
    return click.option(
        "--port",
        type=PORT,
        metavar="PORT",
        default=default,
        show_default=True,
        help="Where the simulator takes Surgeline's events, on 127.0.0.1.",
    )


def keys_of(secret: str | None, variable: str, where_from: str) -> tuple[bytes, ...]:
    """Return the keys of the secret given. Raises WrongUse, which says where to get one."""
    if not secret:
        raise WrongUse(f"no secret: give --secret or set {variable}; `{where_from}` prints one.")
    try:
        return decode_secrets(secret)
    except Unprocessable as error:
        raise WrongUse(f"the secret can't be used: {error}.") from error


def run(app: web.Application, *, port: int, what: str) -> None:
    """Serve in the foreground until Ctrl-C or SIGTERM. Raises WrongUse for a port in use."""
    try:
        serve(app, port=port, ready=lambda: click.echo(f"{what} on http://127.0.0.1:{port}/"))
    except OSError as error:
        why = os.strerror(error.errno or 0)
        raise WrongUse(f"port {port}: {why}; choose another with --port.") from error
