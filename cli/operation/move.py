"""`surgeline move` carries an instance of this machine to a deployment on AWS."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from surgeline.errors import SurgelineError

from cli.console import Failed, WrongUse, counted, example, json_option, print_json
from cli.operation.account import signed_in
from infra.environments import ENVIRONMENTS
from infra.names import Names
from infra.topology import queue

if TYPE_CHECKING:
    from local.home.backup.carry import Carried, Target


@click.command(epilog=example("surgeline move --home .surgeline --env prod"))
@click.option(
    "--home",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(".surgeline"),
    show_default=True,
    help="The home folder of the instance, which must not run.",
)
@click.option(
    "--env",
    type=click.Choice(sorted(ENVIRONMENTS)),
    required=True,
    help="The deployment to carry it to. `make deploy` makes it first.",
)
@click.option("--region", metavar="REGION", help="The region to use in place of the profile's.")
@json_option
def move(home: Path, env: str, region: str | None, *, as_json: bool) -> None:
    """Carry threads, articles, configuration, secrets, people and waiting messages to a deployment.

    The home is only read. A move that was cut goes on with the same command. Then run `surgeline
    secret init`, and point the channels to the new address. A configuration with endpoints of this
    machine is not carried: publish it without them.
    """
    from local.home.backend import open_home
    from local.home.backup.carry import LEFT_BEHIND, carry
    from local.home.backup.manifest import BackupRefused
    from local.runner.lock import Taken, lock

    try:
        lock(home, 0)
        carried = carry(
            home,
            open_home(home),
            target(*signed_in(env, region)),
            lambda text: click.echo(text, err=True),
        )
    except Taken as error:
        raise WrongUse("stop the instance first, so that nothing is left behind") from error
    except (BackupRefused, SurgelineError, LookupError) as error:
        raise Failed(str(error)) from error
    if as_json:
        print_json({**asdict(carried), "left_behind": LEFT_BEHIND})
        return
    _print(carried)
    click.echo("Not carried:")
    for each in LEFT_BEHIND:
        click.echo(f"  {each}")


def _print(carried: "Carried") -> None:
    click.echo(
        f"{counted(carried.threads, 'thread')} with {counted(carried.records, 'new record')}, "
        f"{counted(carried.conversations, 'conversation')} for reports, "
        f"{counted(carried.messages, 'waiting message')}, {counted(carried.blobs, 'kept file')}, "
        f"{counted(carried.people, 'person')}, {counted(carried.acts, 'act')} and "
        f"{counted(carried.notes, 'note')} are there."
    )
    click.echo(f"Articles that are built now: {', '.join(carried.articles) or 'none'}")
    if carried.configuration:
        click.echo(f"The configuration in force there is {carried.configuration}.")
    for each in carried.not_configured:
        click.echo(f"The configuration was not carried, for {each}")


@dataclass(frozen=True, slots=True)
class _Settings:
    """The names of a deployment's parts, as its adapters ask for them."""

    table: str
    bucket: str
    secrets: str


def target(session: Any, names: Names) -> "Target":  # noqa: ANN401 - botocore's, imported late
    """Return a deployment's home over a session of botocore."""
    from surgeline.adapters.aws.backend import AwsBackend
    from surgeline.adapters.aws.clients import Clients
    from surgeline.adapters.aws.queues import SqsQueue

    class Deployment(AwsBackend):
        """The deployment's home, whose queues are asked for by the topology's names."""

        def queue(self, name: str) -> SqsQueue:
            """Return the queue of that name."""
            url = names.queue_url(names.queue(name, fifo=queue(name).fifo))
            return super().queue(url)

    settings = _Settings(names.table, names.bucket, names.secrets)
    return Deployment(settings, Clients(lambda: session))
