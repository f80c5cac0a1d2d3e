"""Many conversations, and desks whose tools fail, lose answers, repeat and overtake themselves.

Every conversation ends told, none has two owners, nothing that a person said in their right is lost
or doubled, and no message of a customer is lost. `SURGELINE_CONVERSATIONS` sets how many there are.
"""

import os
import random
from pathlib import Path

import pytest

from local.virtual.home import VirtualHome
from local.virtual.network import Answer, Post
from local.virtual.shop import POOL_URL
from tests.functions.desks.desk_driver import DeskDriver
from tests.functions.desks.desk_drivers import DESKS
from tests.functions.desks.flapping import (
    Diary,
    FlappingDesk,
    check_whole,
    is_over,
    let_ask,
    prepare,
    two_owners,
)

GIVEN = os.environ.get("SURGELINE_CONVERSATIONS")
AT_ONE, AT_FOUR = int(GIVEN or 24), int(GIVEN or 20)
LONGEST_SECONDS = 1_500
SEATS = {"email": 30, "slack": 30, "chatwoot": 25, "zendesk": 25}
ROUTING = {"steps": [{"choose": "least_loaded", "at_once": 2}], "longest_wait_seconds": 300}
MOODS = {"accept", "decline", "silent", "resolve", "overtaken", "repeated"}

pytestmark = pytest.mark.timeout(1_800)


def play(desks: list[DeskDriver], diary: Diary, conversations: int) -> list[str]:
    """Let customers ask and desks flap until every conversation is over. Return the customers."""
    first = desks[0]
    flapping = [FlappingDesk(desk, diary) for desk in desks]
    senders = [f"c{number}" for number in range(conversations)]
    let_ask(diary, first, senders, within=60)
    while diary.second < LONGEST_SECONDS:
        for each in flapping:
            each.fail()
        diary.pass_second()
        first.home.run_for(1)
        for each in flapping:
            each.look()
        assert two_owners(first) == []
        late = diary.second > 80 and not diary.due
        if late and all(is_over(first, each) for each in senders):
            break
    first.home.run_for(30)
    assert set(diary.moods) >= MOODS
    assert [each for each in senders if not is_over(first, each)] == []
    assert first.home.backend.dead_letters().list() == []
    return senders


def serve_vendor(desk: DeskDriver, diary: Diary) -> None:
    """Let the other pool take every offer, say one thing and close."""

    def answer(post: Post) -> Answer:
        if post.json["type"] != "handoff.offered":
            return Answer()
        data = {name: post.json["data"][name] for name in ("conversation_id", "epoch")}
        said = data | {"text": "the vendor is here", "seq": 1}
        ended = data | {"outcome": "solved", "seq": 2}
        diary.later(3, lambda: desk.shop.pool("message.sent", said))
        diary.later(6, lambda: desk.shop.pool("conversation.resolved", ended))
        return Answer(body=b'{"accepted": true}')

    desk.home.network.serve(POOL_URL, answer)


def open_four(home: VirtualHome) -> list[DeskDriver]:
    """Return a desk of each of four kinds in one home, which are its only pools."""
    desks: list[DeskDriver] = []
    for kind in SEATS:
        beside = desks[0] if desks else None
        desks.append(DESKS[kind](home, pool_id=f"{kind}-team", beside=beside))
    shown = desks[0].shop.admin("GET", "/v1/admin/configuration").json["configuration"]
    ours = {desk.pool_id for desk in desks}
    pools = [each for each in shown["pools"] if each["id"] in ours]
    for each in pools:
        each["seats"] = SEATS[each["reached_by"]]
    prepare(desks[0], pools=pools, routing=ROUTING)
    return desks


def test_every_conversation_at_a_flapping_desk_ends_told(desk: DeskDriver) -> None:
    """Whatever the tool does, each conversation has one stated end, and no words are lost."""
    prepare(desk)
    diary = Diary(random.Random(20260301))
    serve_vendor(desk, diary)
    for sender in play([desk], diary, AT_ONE):
        check_whole(desk, sender)


def test_every_conversation_at_four_flapping_desks_ends_told(tmp_path: Path) -> None:
    """Two desks are asked at once, and each conversation has one owner at a time and one end."""
    home = VirtualHome(tmp_path)
    desks = open_four(home)
    senders = play(desks, Diary(random.Random(20260302)), AT_FOUR)
    assert all(desk.places() for desk in desks)
    days = {desk.pool_id: "2026-03-01" for desk in desks}
    loads = home.backend.pool_board().loads(days)
    assert {pool: load.taken for pool, load in loads.items()} == dict.fromkeys(days, 0)
    assert home.backend.waitlist().backlog() == 0
    for sender in senders:
        check_whole(desks[0], sender)
    home.close()
