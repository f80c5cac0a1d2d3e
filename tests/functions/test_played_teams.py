"""The people whom `surgeline pool simulate` plays work in each tool, through the real functions."""

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from local.simulators.desk import Behaviour, Callback, Desk
from local.simulators.desks.mailbox import MailboxTool
from local.simulators.desks.team import Team
from local.simulators.desks.tools import TOOLS, Brought
from local.simulators.phrases import phrases
from local.virtual.home import VirtualHome
from local.virtual.network import Post
from tests.functions.desks.desk_driver import WISH, DeskDriver
from tests.functions.desks.desk_drivers import DESKS
from tests.functions.desks.email_desk_driver import TEAM, EmailDeskDriver

TAKEN = {"accepted": True}


class Played:
    """A desk of the suite whose tool has people that act by themselves."""

    def __init__(self, desk: DeskDriver, **behaviour: Any) -> None:
        self.desk = desk
        rules = Desk(Behaviour(**behaviour))
        if isinstance(desk, EmailDeskDriver):
            self.mailbox = MailboxTool(TEAM)
            self.team = Team(self.mailbox, rules)
            desk.home.post_office.serve("smtp.shop.example", self._take)
        else:
            kind: Any = desk
            fields = {name: getattr(kind.server, name) for name in TOOLS[desk.KIND].FIELDS}
            self.tool = TOOLS[desk.KIND](fields)
            self.team = Team(self.tool, rules)
            kind.said = self._answer

    @property
    def now(self) -> int:
        return self.desk.home.clock.now()

    def _answer(self, post: Post, path: str) -> tuple[int, Any]:
        answer, brought = self.tool.answer(post.method, path, post.headers, post.body, now=post.at)
        self._bring(brought)
        return answer

    def _take(self, posted: Any) -> Any:
        reply, brought = self.mailbox.take(posted.letter)
        self._bring(brought)
        return reply

    def _bring(self, brought: Iterable[Brought]) -> None:
        for each in brought:
            self._plan(self.team.read(each, now=self.now / 1000)[1])

    def _plan(self, callbacks: Iterable[Callback]) -> None:
        for each in callbacks:
            moment = self.now + round(each.after_seconds * 1000)
            self.desk.home.agenda.at(moment, partial(self._act, each))

    def _act(self, callback: Callback) -> None:
        if not self.team.desk.wanted(callback):
            return
        event = self.team.act(callback, now=self.now)
        if event is not None and not isinstance(event, bytes):
            event = self.tool.request(event, now=self.now)
        if event is not None:
            assert self.desk.deliver(event) in (200, 202)
        self._plan(self.team.desk.answered(callback, 200, TAKEN))


@pytest.fixture(params=DESKS.values(), ids=DESKS.keys())
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DeskDriver]:
    """Yield a pool of each kind of desk."""
    home = VirtualHome(tmp_path)
    yield request.param(home)
    home.close()


def test_whoever_is_played_takes_answers_and_closes(desk: DeskDriver) -> None:
    """An offer is taken, each message is answered in turn, and thanks close the conversation."""
    Played(desk)
    words = phrases("en")
    desk.shop.write(WISH)
    desk.home.run_for(5)
    assert desk.owner() == "pool:team"
    for text in ("It is order 17", "Thank you"):
        desk.shop.write(text)
        desk.home.run_for(8)
    assert desk.owner() == "closed"
    said = [words.greeting, words.replies[0], words.farewell]
    assert desk.sent() == [each.format(agent="Agent 1") for each in said]


def test_an_answer_that_is_typed_is_changed_where_the_tool_has_edits(desk: DeskDriver) -> None:
    """A typed line that begins with edit changes the person's newest words, or does nothing."""
    team = Played(desk, drop=1).team
    desk.shop.write(WISH)
    desk.home.run_for(5)
    said = []
    for line in ("It costs 10", "edit It costs 12"):
        event = team.typed(line, "Agent 1", now=desk.home.clock.now())
        if event is not None:
            desk.do(event)
        said = desk.sent()
    assert said == ["It costs 10", "Correction: It costs 12"][: 2 if desk.KIND == "slack" else 1]


def test_whoever_is_played_declines_or_falls_silent(desk: DeskDriver) -> None:
    """A declined offer goes to the next pool, and whoever only accepts says nothing."""
    played = Played(desk, decline=1)
    desk.shop.write(WISH)
    desk.home.run_for(5)
    assert len(desk.offered()) == 1
    played.team.desk.behaviour = Behaviour(drop=1)
    desk.shop.write(WISH, sender="c2")
    desk.home.run_for(10)
    assert desk.owner("c2") == "pool:team"
    assert desk.sent() == []
