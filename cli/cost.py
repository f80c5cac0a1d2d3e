"""`surgeline cost` and `surgeline capacity` tell a deployment's cost and how it takes a surge."""

import json

import click
from surgeline.knowledge.answering.index import LEXICAL, TIERS

from infra.cost.capacity import ACCOUNT_CONCURRENCY, step
from infra.cost.cost import report
from infra.cost.profile import PROFILES, WrongProfile, read_profile
from infra.prices.embeddings import embedders, embedding_usd_a_thousand_phrasings
from infra.prices.picks import models

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")


@click.command(
    epilog="\b\nExample:\n  surgeline cost --messages 250000\n  surgeline cost --messages 1000000"
    " --profile full --json"
)
@click.option(
    "--messages",
    type=click.IntRange(min=0),
    required=True,
    metavar="N",
    help="The messages of a month.",
)
@click.option(
    "--profile",
    "profile_name",
    default="one",
    show_default=True,
    metavar="NAME|FILE",
    help=f"The traffic's profile: {', '.join(PROFILES)}, or a JSON file like those.",
)
@click.option(
    "--tier",
    type=click.Choice([*TIERS]),
    default=LEXICAL,
    show_default=True,
    help="The way to compare texts. A deployment takes the last one, unless it is told otherwise.",
)
@click.option(
    "--picker",
    type=click.Choice([*models()]),
    help="A model of Amazon Bedrock that picks among candidates. A deployment has none by default.",
)
@click.option(
    "--embedder",
    type=click.Choice([*embedders()]),
    help="A model of Amazon Bedrock that turns texts into vectors, on top of the tier.",
)
@json_option
def cost(
    *,
    messages: int,
    profile_name: str,
    tier: str,
    picker: str | None,
    embedder: str | None,
    as_json: bool,
) -> None:
    """Print the monthly cost on AWS of so many messages, and of an idle month, part by part.

    The messages are answered by the bot. The cost covers each from the HTTP request to the
    delivered reply, at list prices. Conversations that people take are told beside.
    """
    try:
        profile = read_profile(profile_name)
    except OSError as error:
        names = ", ".join(PROFILES)
        message = (
            f"--profile: {profile_name} can't be read ({error.strerror}); use {names} or a file"
        )
        raise click.ClickException(message) from error
    except WrongProfile as error:
        raise click.ClickException(f"--profile: {profile_name}: {error}") from error
    costs = report(messages, profile, tier, picker or "", embedder or "")
    if as_json:
        click.echo(json.dumps(costs, indent=2))
        return
    click.echo(f"{messages:,} messages a month, {profile.name}: {costs['month_usd']} USD")
    click.echo(f"  tier {tier}; {_by_tier(costs['tiers'])}")
    click.echo(f"  {profile.about}")
    _table(f"a million messages: {costs['per_million_usd']} USD", costs["per_million_parts_usd"])
    _table(
        f"a thousand conversations with a person: {costs['per_thousand_handed_over_usd']} USD",
        costs["per_thousand_handed_over_parts_usd"],
    )
    _table(f"an idle month: {costs['idle_month_usd']} USD", costs["idle_month_parts_usd"])
    if embedder:
        usd = embedding_usd_a_thousand_phrasings(embedder)
        click.echo(f"\na publication of a thousand phrasings: {usd:.5f} USD for their vectors")
    prices = costs["prices"]
    assert isinstance(prices, dict)
    click.echo(f"\nlist prices of {prices['region']}, {prices['date']}: {prices['source']}")


@click.command(epilog="\b\nExample:\n  surgeline capacity --rate 150 --service-ms 200")
@click.option("--rate", type=float, required=True, metavar="R", help="Messages a second.")
@click.option(
    "--service-ms",
    type=float,
    required=True,
    metavar="S",
    help="The time of one invocation, with its whole batch.",
)
@click.option(
    "--batch",
    type=click.IntRange(1, 10),
    default=1,
    show_default=True,
    metavar="B",
    help="The messages of one invocation.",
)
@click.option(
    "--concurrency",
    type=click.IntRange(min=1),
    default=ACCOUNT_CONCURRENCY,
    show_default=True,
    metavar="N",
    help="The account's limit; a new account may have 10.",
)
@json_option
def capacity(rate: float, service_ms: float, batch: int, concurrency: int, as_json: bool) -> None:
    """Print how the queues take a step from no traffic to a rate, by AWS's scaling rules."""
    try:
        found = step(rate, service_ms / 1000, batch=batch, concurrency=concurrency)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    if as_json:
        click.echo(json.dumps(found.as_json(), indent=2))
        return
    if found.peak_backlog is None:
        click.echo(
            f"never caught up: {found.concurrency_needed:,} invocations at a time are needed, "
            f"{concurrency:,} are allowed; raise the account's limit"
        )
        return
    end = f"all are handled after {found.drained_seconds} s"
    if found.drained_seconds is None:
        end = "the backlog stays, because the account's limit leaves nothing to work it off"
    click.echo(
        f"at most {found.peak_backlog:,} messages wait, the longest for "
        f"{found.worst_wait_seconds} s; {end}\n"
        f"{found.concurrency_needed:,} invocations at a time keep up"
    )


def _by_tier(tiers: object) -> str:
    assert isinstance(tiers, dict)
    told = (f"{name} {each['per_million_usd']:.2f} USD" for name, each in tiers.items())
    return f"a million messages cost with {', '.join(told)}"


def _table(title: str, parts: object) -> None:
    assert isinstance(parts, dict)
    click.echo(f"\n{title}")
    for name, dollars in parts.items():
        click.echo(f"  {name:32}{dollars:10.3f}")
