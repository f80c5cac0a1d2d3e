"""`surgeline deploy check` and `surgeline secret` prepare a deployment on AWS."""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from surgeline.adapters.aws.errors import AwsRefused, NotAllowed
from surgeline.errors import SurgelineError
from surgeline.knowledge.answering.index import LEXICAL, MANAGED, TIERS

from cli.console import Port, WrongUse
from infra.deployment import (
    AwsAccount,
    Finding,
    check,
    check_account,
    checked_secret,
    creates,
    init_secrets,
    rotate,
)
from infra.environments import EMBEDDER_BUDGET, ENVIRONMENTS, deployed_tier
from infra.prices.embeddings import embedders, embedding_usd_a_million
from infra.refusal import Refused
from weights.fetch import BEST

SIGNS = {"ok": "ok  ", "warn": "warn", "stop": "STOP"}

Command = Callable[..., Any]

env_option = click.option(
    "--env",
    "env",
    type=click.Choice(sorted(ENVIRONMENTS)),
    default="dev",
    show_default=True,
    help="The deployment.",
)
tier_option = click.option(
    "--tier",
    type=click.Choice([BEST, *TIERS, MANAGED]),
    default=BEST,
    show_default=True,
    help="The way to compare texts; best is the best one that AWS can run. managed comes on top of "
    "one, with --embedder.",
)
region_option = click.option(
    "--region", metavar="REGION", help="The region to use in place of the profile's."
)


@click.group()
def deploy() -> None:
    """Prepare a deployment on AWS."""


@deploy.command("check", epilog="\b\nExample:\n  surgeline deploy check --env prod")
@env_option
@tier_option
@click.option(
    "--embedder",
    type=click.Choice([*embedders()]),
    help="The model of Amazon Bedrock that turns texts into vectors, which a deployment turns on.",
)
@region_option
@click.option(
    "--only",
    type=click.Choice(["credentials", "account"]),
    help="credentials: check only credentials and region. account: check the bootstrap as well.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def check_command(
    *,
    env: str,
    tier: str,
    embedder: str | None,
    region: str | None,
    only: str | None,
    as_json: bool,
) -> None:
    """Say what is missing, which limits a new account meets, what will be created and its cost.

    Nothing is changed. The exit code is 1 if a deployment would fail.
    """
    session = _session(region)
    account, region = AwsAccount(session), _region_of(session)
    try:
        deployed = deployed_tier(tier, managed=bool(embedder))
    except Refused as error:
        raise WrongUse(f"--tier: {error}") from error
    if only:
        findings = list(check_account(account, region, bootstrapped=only == "account"))
    else:
        environment = replace(ENVIRONMENTS[env], tier=deployed, embedder=embedder or "")
        findings = list(check(environment, account, region))
    if as_json:
        rows = [{"level": each.level, "what": each.what, "todo": each.todo} for each in findings]
        click.echo(
            json.dumps({"findings": rows, "creates": creates(deployed, embedder or "")}, indent=2)
        )
    else:
        _print(findings)
        if not only:
            _print_parts(deployed, embedder or "")
    if any(each.level == "stop" for each in findings):
        sys.exit(1)


@click.group()
def secret() -> None:
    """Set a deployment's secrets in SSM, and show those of the instance on this machine."""


@secret.command("set", epilog="\b\nExample:\n  surgeline secret set pools/vendor --env prod")
@click.argument("name")
@env_option
@region_option
def set_command(name: str, env: str, region: str | None) -> None:
    """Set one secret: ids, admin, channels/<id> or pools/<id>.

    The value is asked for, or read from standard input. It is never taken from the command line,
    which other users can see. Functions use a channel's or pool's secret within a minute, other
    secrets in about five.
    """
    value = _asked(f"The value of {name}")
    try:
        checked = checked_secret(name, value)
        _secrets(env, region).put(name, checked)
    except (SurgelineError, AwsRefused, NotAllowed) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{name} is set")


@secret.command("rotate", epilog="\b\nExample:\n  surgeline secret rotate pools/vendor --env prod")
@click.argument("name")
@click.option(
    "--finish", is_flag=True, help="Drop the old secret, so that only the newest is accepted."
)
@env_option
@region_option
def rotate_command(name: str, env: str, region: str | None, *, finish: bool) -> None:
    """Make a new secret for channels/<id> or pools/<id> beside the old one, and print it once.

    Both secrets are accepted, and both sign, until --finish. Functions see the new one within a
    minute.
    """
    try:
        result = rotate(_secrets(env, region), name, finish=finish)
    except (SurgelineError, AwsRefused, NotAllowed) as error:
        raise click.ClickException(str(error)) from error
    click.echo(result)


@secret.command("init", epilog="\b\nExample:\n  surgeline secret init --env prod")
@env_option
@region_option
def init_command(env: str, region: str | None) -> None:
    """Make the secrets that every deployment needs, once, and print the first admin key.

    A secret that is set already stays as it is.
    """
    try:
        key = init_secrets(_secrets(env, region))
    except (SurgelineError, AwsRefused, NotAllowed) as error:
        raise click.ClickException(str(error)) from error
    if key is None:
        click.echo("everything was set before")
    else:
        click.echo(f"the admin key, shown only now: {key}")


@secret.command("show", epilog="\b\nExample:\n  surgeline secret show")
@click.option(
    "--home",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".surgeline",
    show_default=True,
    help="The home folder of an instance on this machine.",
)
@click.option(
    "--port",
    type=Port(),
    envvar="PORT",
    default=8787,
    show_default=True,
    help="The instance's port, for the message to copy; $PORT is read too.",
)
def show_command(home: Path, port: int) -> None:
    """Print the keys of the instance on this machine, and a signed message to copy.

    A deployment's secrets are never printed again. Make a new one with `secret rotate`.
    """
    from local.engine.secrets import SqliteSecrets
    from local.runner import addresses
    from local.runner.welcome import curl_line

    kept = home / "secrets.sqlite"
    if not kept.exists():
        raise click.ClickException(f"{kept} is not there: start the instance with `surgeline up`.")
    click.echo(f"The admin key, for --admin-key: {(home / 'admin-key').read_text().strip()}")
    signing = SqliteSecrets(kept).get(f"channels/{addresses.CHANNEL}")
    if signing:
        click.echo(f"\nA signed message over the channel {addresses.CHANNEL}, for a shell:\n")
        click.echo(curl_line(port, signing))


def _print(findings: list[Finding]) -> None:
    for each in findings:
        click.echo(f"{SIGNS[each.level]}  {each.what}")
        if each.todo:
            click.echo(f"      {each.todo}")


def _print_parts(tier: str, embedder: str) -> None:
    click.echo("\nit creates, and costs:")
    for name, value in creates(tier, embedder).items():
        click.echo(f"  {name:24}{value:>10}")
    if embedder:
        usd = embedding_usd_a_million(embedder)
        click.echo(
            f"\n{embedder} adds {usd:.2f} USD to a million messages, and no more than"
            f" EMBEDDER_BUDGET a month ({EMBEDDER_BUDGET} USD unless it is given)."
        )
    if tier != LEXICAL:
        click.echo(f"\nTIER=lexical takes none of the tier {tier}'s weights, and answers less.")


def _asked(prompt: str) -> str:
    if sys.stdin.isatty():
        value: str = click.prompt(prompt, hide_input=True)
        return value
    return sys.stdin.read()


def _region_of(session: Any) -> str | None:  # noqa: ANN401 - see below
    region: str | None = session.get_config_variable("region")
    return region


def _session(region: str | None) -> Any:  # noqa: ANN401 - botocore's, imported only when asked for
    import botocore.session

    session = botocore.session.get_session()
    if region:
        session.set_config_variable("region", region)
    return session


def _secrets(env: str, region: str | None) -> Any:  # noqa: ANN401 - see above
    from surgeline.adapters.aws.backend import SystemClock
    from surgeline.adapters.aws.clients import Clients
    from surgeline.adapters.aws.secrets import SsmSecrets

    session = _session(region)
    if _region_of(session) is None:
        raise click.ClickException(
            "no region is set: give --region, AWS_DEFAULT_REGION, or one in the AWS profile"
        )
    clients = Clients(lambda: session)
    return SsmSecrets(clients.ssm(), f"/{ENVIRONMENTS[env].deployment}", SystemClock())
