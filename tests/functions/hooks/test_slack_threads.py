"""A thread that is not known is looked up at Slack, because its events name no offer."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.virtual.home import VirtualHome
from local.virtual.network import Post
from tests.functions.desks.slack_desk_driver import SlackDeskDriver

MISSING_SCOPE = (200, {"ok": False, "error": "missing_scope"})


class Asked(SlackDeskDriver):
    """A pool in Slack that counts how often Slack is asked for a thread."""

    looked_up = 0

    def said(self, post: Post, path: str) -> tuple[int, Any]:
        self.looked_up += path.endswith("conversations.replies")
        return super().said(post, path)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Asked]:
    """Yield a pool in Slack."""
    home = VirtualHome(tmp_path)
    yield Asked(home)
    home.close()


def unconfirmed(desk: Asked) -> Any:
    """Return an offer's thread, the making of which Slack never confirmed."""
    desk.lose_answer()
    place = desk.ask()
    assert desk.home.backend.desk_links().find(desk.pool_id, f"C0SUPPORT/{place['ts']}") is None
    return place


def test_other_talk_is_looked_up_once(desk: Asked) -> None:
    """Replies below a colleague's message reach nobody, and Slack is asked once about them."""
    desk.ask()
    first = desk.server.reply("1772366399.000900", "U0LEE", "Lunch?", now=desk.now)
    second = desk.server.reply("1772366399.000900", "U0KIM", "At noon", now=desk.now)
    desk.do(first, second)
    assert (desk.sent(), desk.owner(), desk.looked_up) == ([], "waiting", 1)


def test_slack_sends_it_again_where_it_cannot_tell(desk: Asked) -> None:
    """A reply is refused for now while Slack does not answer, and is heard at its repeat."""
    said = desk.write(unconfirmed(desk), "Hello")
    desk.deliver(desk.write({"ts": "1772366399.000900"}, "learns the name of Kim"))
    desk.break_tool(1)
    assert desk.deliver(said) == 503
    desk.do(said)
    assert desk.sent() == ["Hello"]


def test_a_press_names_its_offer(desk: Asked) -> None:
    """A button in a thread that was not confirmed takes the offer, and Slack is not asked."""
    assert desk.deliver(desk.accept(unconfirmed(desk))) == 200
    assert desk.looked_up == 0
    desk.home.run_for(5)
    assert desk.owner() == f"pool:{desk.pool_id}"


def test_an_app_that_may_not_read_hears_nothing_there(desk: Asked) -> None:
    """A refusal of Slack that no repeat mends counts as other talk."""
    said = desk.write(unconfirmed(desk), "Hello")
    desk.deliver(desk.write({"ts": "1772366399.000900"}, "learns the name of Kim"))
    desk.server.faults.append(MISSING_SCOPE)
    assert desk.deliver(said) == 200
    assert desk.sent() == []
