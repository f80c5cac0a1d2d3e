"""The two `simulate` commands share the secret, the port and the start that live here."""

import asyncio
import os
import signal
from collections.abc import Callable, Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

import click
from aiohttp import web
from surgeline.adapters.signing.standard_webhooks import decode_secrets
from surgeline.errors import Unprocessable

from cli.console import Command, Port, WrongUse
from local.simulators.mail import Door
from local.simulators.webhooks import serve

PORT = Port(lowest=0)
SHARE = click.FloatRange(0.0, 1.0)
SECONDS = click.FloatRange(min=0.0)
COUNT = click.IntRange(min=1)


class ServesMails(Protocol):
    """A simulator that is a mail server."""

    async def serve(self, port: int, ready: Callable[[int], None], stopped: asyncio.Event) -> None:
        """Take mails until it is time to stop. Raises OSError for a port in use."""


METAVARS: dict[click.ParamType[Any], str] = {SHARE: "0..1", SECONDS: "SECONDS", COUNT: "N"}


def number(
    flag: str, kind: click.ParamType[Any], default: float, text: str, name: str | None = None
) -> Callable[[Command], Command]:
    """Return a numeric option with its default shown; `name` is its parameter's if given."""
    return click.option(
        flag,
        name or flag.removeprefix("--").replace("-", "_"),
        type=kind,
        metavar=METAVARS.get(kind),
        default=default,
        show_default=True,
        help=text,
    )


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


def smtp_door(hook_url: str | None) -> tuple[str, int]:
    """Return the host and port at which mails come in. Raises WrongUse."""
    found = urlsplit(hook_url or "")
    try:
        host, port = found.hostname, found.port
    except ValueError:
        host = port = None
    if found.scheme != "smtp" or not host or not port:
        raise WrongUse("--hook-url: give smtp://127.0.0.1:PORT, the port of `up --smtp-port`.")
    return host, port


def mail_door(hook_url: str | None, fields: Mapping[str, str]) -> Door:
    """Return where the simulated customer's mails go. Raises WrongUse."""
    host, port = smtp_door(hook_url)
    if "address" not in fields:
        raise WrongUse("--field address: is missing; give the one of the channel.")
    return Door(host, port, fields["address"])


def run_mail(serves: ServesMails, *, port: int, what: str) -> None:
    """Play a mail server until Ctrl-C or SIGTERM. Raises WrongUse for a port in use."""

    async def play() -> None:
        stopped, loop = asyncio.Event(), asyncio.get_running_loop()
        for each in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(each, stopped.set)
        await serves.serve(port, lambda at: click.echo(f"{what} on smtp://127.0.0.1:{at}"), stopped)

    try:
        asyncio.run(play())
    except OSError as error:
        why = os.strerror(error.errno or 0)
        raise WrongUse(f"port {port}: {why}; choose another with --port.") from error


def run(app: web.Application, *, port: int, what: str) -> None:
    """Serve in the foreground until Ctrl-C or SIGTERM. Raises WrongUse for a port in use."""
    try:
        serve(app, port=port, ready=lambda: click.echo(f"{what} on http://127.0.0.1:{port}/"))
    except OSError as error:
        why = os.strerror(error.errno or 0)
        raise WrongUse(f"port {port}: {why}; choose another with --port.") from error
