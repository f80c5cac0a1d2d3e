"""A page of conversations on AWS takes a bounded number of queries, however many there are."""

from collections import defaultdict
from functools import cache
from typing import Any, cast

import pytest
from surgeline.adapters.aws.outcomes import SHARDS, DynamoOutcomes
from surgeline.adapters.aws.table import Item
from surgeline.application.conversations.list_conversations import (
    LOOKS,
    Wanted,
    list_conversations,
)
from surgeline.application.ports.retention import Days
from surgeline.domain.account import Account
from surgeline.domain.outcome import Opened, Outcome

DAY = 86_400_000
START = 1_772_323_200_000  # 2026-03-01T00:00Z
DAYS = 31


class Partitions:
    """A table that counts its queries."""

    days = Days()

    def __init__(self) -> None:
        self.items: dict[str, dict[str, Item]] = defaultdict(dict)
        self.queries = 0

    def put(self, item: Item, *, condition: str | None = None) -> None:
        del condition
        self.items[item["pk"]["S"]][item["sk"]["S"]] = item

    def between(
        self, pk: str, first: str, last: str, *, limit: int, backward: bool = False
    ) -> list[Item]:
        self.queries += 1
        found = sorted((sk for sk in self.items[pk] if first <= sk <= last), reverse=backward)
        return [self.items[pk][sk] for sk in found[:limit]]


@cache
def filled(each_day: int) -> Partitions:
    """Return a table with so many ended conversations a day."""
    table = Partitions()
    outcomes = DynamoOutcomes(cast("Any", table))
    for number in range(DAYS * each_day):
        at = START + number * DAY // each_day
        about: dict[str, Any] = {
            "conversation_id": f"t{number:026d}-1", "channel_id": "shop", "language": None,
            "opened_at": at, "at": at,
        }  # fmt: skip
        outcomes.add(Opened(**about), Outcome(**about, ended_by="customer", account=Account()))
    return table


@pytest.mark.parametrize(
    ("each_day", "pool", "most"),
    [
        (0, None, DAYS * SHARDS),
        (1, None, DAYS * SHARDS),
        (80, None, 2 * SHARDS),
        (80, "of nobody", (DAYS + 2 * LOOKS) * SHARDS),
        (8, "of nobody", (DAYS + 2 * LOOKS) * SHARDS),
    ],
)
def test_a_page_takes_a_bounded_number_of_queries(
    each_day: int, pool: str | None, most: int
) -> None:
    """Nobody wrote, few wrote, and many wrote, of whom all or none fit."""
    table = filled(each_day)
    table.queries = 0
    wanted = Wanted(since=START, until=START + DAYS * DAY, pool=pool)
    outcomes = DynamoOutcomes(cast("Any", table))
    listed = list_conversations(cast("Any", None), outcomes, wanted)
    assert len(listed.conversations) == (0 if pool else min(50, DAYS * each_day))
    assert table.queries <= most
