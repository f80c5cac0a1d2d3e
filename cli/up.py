"""`surgeline up` runs the embedded home in the foreground."""

import sys
from pathlib import Path

import click
from surgeline.adapters.aws.clients import lacking_for_an_account
from surgeline.application.ports.retention import days_of

from cli.console import Port, WrongUse, example
from infra.environments import EMBEDDER_BUDGET
from infra.prices.embeddings import embedders, tokens_for
from local.runner.up import run

MANAGED = "managed"


@click.command(
    epilog=example("surgeline up --port 8787", 'surgeline up --retention "records=180 mails=30"')
)
@click.option(
    "--port",
    envvar="PORT",
    type=Port(),
    default=8787,
    show_default=True,
    help="Where the chat page and the API listen, on 127.0.0.1; $PORT is read too.",
)
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(".surgeline"),
    show_default=True,
    help="The folder that keeps all state.",
)
@click.option(
    "--simulators/--no-simulators",
    default=True,
    show_default=True,
    help="Start a simulated pool beside it.",
)
@click.option(
    "--tier",
    envvar="SURGELINE_TIER",
    type=click.Choice(["best", "lexical", "static", "sentence", MANAGED]),
    default="best",
    show_default=True,
    help="The way to compare texts. best is sentence where its libraries run. It fetches weights "
    "once (103 MB) while lexical answers. lexical needs nothing. managed is best with --embedder.",
)
@click.option(
    "--embedder",
    envvar="SURGELINE_EMBEDDER",
    type=click.Choice([*embedders()]),
    help="A model of Amazon Bedrock that turns texts into vectors, on top of the tier, in the AWS "
    "account of this environment. Questions are sent there.",
)
@click.option(
    "--embedder-budget",
    type=click.IntRange(min=1),
    default=EMBEDDER_BUDGET,
    show_default=True,
    metavar="USD",
    help="What the model may cost in a month.",
)
@click.option(
    "--smtp-port",
    envvar="SURGELINE_SMTP_PORT",
    type=Port(),
    help="Where mails for e-mail channels arrive, on 127.0.0.1. None arrive without it.",
)
@click.option(
    "--retention",
    envvar="SURGELINE_RETENTION",
    default="",
    metavar="DAYS",
    help="How many days data is kept, where that is less than usual: records=400, deliveries=90, "
    "mails=90. Give several in one text.",
)
@click.option(
    "--behind-proxy",
    is_flag=True,
    envvar="SURGELINE_BEHIND_PROXY",
    help="A proxy of yours takes the connections, so believe its X-Forwarded-For and -Proto.",
)
@click.option("--quiet", is_flag=True, help="Print only what goes wrong.")
def up(
    *,
    port: int,
    home: Path,
    simulators: bool,
    tier: str,
    embedder: str | None,
    embedder_budget: int,
    smtp_port: int | None,
    retention: str,
    behind_proxy: bool,
    quiet: bool,
) -> None:
    """Run everything on this machine, in the foreground. Ctrl-C stops it.

    State survives in the home folder. A new start continues from that state. With another --tier
    the knowledge bases are built again. Until then they answer as before. Without a network the
    lexical tier goes on answering.
    """
    try:
        days_of(retention)
    except ValueError as error:
        raise WrongUse(f"--retention: {error}") from error
    if tier == MANAGED:
        if not embedder:
            named = ", ".join(embedders())
            raise WrongUse(
                f"--tier {MANAGED}: it is not turned on; name its model with --embedder: {named}"
            )
        tier = "best"
    if embedder and (lacking := lacking_for_an_account()):
        raise WrongUse(f"--embedder: {embedder} is asked in an AWS account, and {lacking}")
    found = run(
        port,
        home,
        simulators,
        quiet,
        tier=tier,
        embedder=embedder or "",
        tokens_a_month=tokens_for(embedder, embedder_budget) if embedder else 0,
        smtp_port=smtp_port,
        retention=retention,
        behind_proxy=behind_proxy,
    )
    sys.exit(found)
