"""`surgeline kb review sample` draws live answers at random, for people to judge."""

import random
from collections.abc import Collection, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import click

from cli.api import Api, Refused, admin, conversation_of
from cli.console import (
    DateOrMoment,
    WrongUse,
    admin_key_option,
    example,
    plain,
    print_json_line,
    url_option,
)

LISTED = 200
NOT_FOUND = 404
MOST_PAGES = 1_000


@click.command(
    epilog=example(
        "surgeline kb review sample 100 shop > to-review.jsonl",
        "surgeline kb review sample 50 --channel shop --since 7d --seed 4",
    )
)
@click.argument("number", metavar="N", type=click.IntRange(1, 1_000))
@click.argument("name", metavar="[NAME]", required=False)
@click.option(
    "--since",
    type=DateOrMoment(),
    default="30d",
    show_default=True,
    help="Answers since this time.",
)
@click.option("--channel", metavar="ID", help="Only answers on this channel.")
@click.option("--seed", type=click.INT, help="A number that draws the same answers again.")
@url_option
@admin_key_option
def sample(
    *,
    number: int,
    name: str | None,
    since: str,
    channel: str | None,
    seed: int | None,
    url: str,
    admin_key: str | None,
) -> None:
    """Print N live answers, drawn at random, one JSON object a line.

    With NAME they are answers of that knowledge base, on whichever channel. Without one they are of
    every channel.

    Put true or false in place of the null of "right" on each line. Then `surgeline kb review FILE
    NAME` takes the file. Each conversation is drawn with equal chance, and of its answers one.
    """
    chance = random.Random(seed)  # noqa: S311 - a sample, no secret
    api = admin(url, admin_key)
    query = {"since": since} | ({"channel": channel} if channel else {})
    channels = None if name is None else _channels_of(api, name)
    for conversation_id in drawn(_answered(api, query, channels), number, chance):
        answers = list(_answers(api, conversation_id))
        if answers:
            print_json_line(chance.choice(answers))


def drawn(ids: Iterator[str], number: int, chance: random.Random) -> list[str]:
    """Return so many of the ids, each with equal chance, and hold no more of them at once."""
    kept: list[str] = []
    for seen, each in enumerate(ids):
        place = seen if seen < number else chance.randint(0, seen)
        if place < number:
            kept[place : place + 1] = [each]
    return kept


def _channels_of(api: Api, name: str) -> set[str]:
    """Return the channels that a knowledge base answers. Raises WrongUse for one without any."""
    bases: dict[str, set[str]] = {}
    for each in api.get("/v1/admin/configuration")["configuration"]["channels"]:
        bases.setdefault(str(each.get("knowledge_base")), set()).add(each["id"])
    if name not in bases:
        known = ", ".join(sorted(bases)) or "none yet"
        raise WrongUse(
            f"no channel is answered from {plain(name)!r}; the knowledge bases are: {known}."
        )
    return bases[name]


def _answered(
    api: Api, query: Mapping[str, str], channels: Collection[str] | None
) -> Iterator[str]:
    """Yield the conversations in which the bot answered, on these channels or on all."""
    after: dict[str, str] = {}
    for _ in range(MOST_PAGES):
        asked = urlencode({**query, "limit": str(LISTED), **after})
        page = api.get(f"/v1/admin/conversations?{asked}")
        yield from (
            each["conversation_id"]
            for each in page["conversations"]
            if each["answered"] and (channels is None or each["channel"] in channels)
        )
        if page["next_after"] is None:
            return
        after = {"after": page["next_after"]}


def _answers(api: Api, conversation_id: str) -> Iterator[dict[str, Any]]:
    """Yield the answers of a conversation. One that was erased meanwhile has none."""
    try:
        entries = conversation_of(api, conversation_id)["entries"]
    except Refused as refused:
        if refused.status != NOT_FOUND:
            raise
        return
    for each in entries:
        if each["decision"] == "answer" and each["article_id"] and each["text"]:
            said = [effect["text"] for effect in each["effects"] if effect.get("text")]
            yield {
                "text": each["text"],
                "article": each["article_id"],
                "right": None,
                "answer": said[0] if said else None,
                "conversation_id": conversation_id,
            }
