"""Conversations over Messenger and Instagram go through the production handlers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.virtual.home import VirtualHome
from tests.functions.channels.driver import HOURS
from tests.functions.channels.page_drivers import InstagramDriver, MessengerDriver, PageDriver

DAY = 86_400


@pytest.fixture(params=[MessengerDriver, InstagramDriver], ids=["messenger", "instagram"])
def page(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PageDriver]:
    """Yield a page in a virtual home."""
    home = VirtualHome(tmp_path)
    yield request.param(home)
    home.close()


def test_the_hook_answers_metas_first_request(page: PageDriver) -> None:
    """The challenge comes back to whoever knows the verify token."""
    asked = f"/v1/hooks/{page.KIND}/mine?hub.mode=subscribe&hub.challenge=42&hub.verify_token="
    right = page.shop.request("GET", f"{asked}verify-1")
    assert (right.status, right.text) == (200, "42")
    assert page.shop.request("GET", f"{asked}other").status == 401


def test_the_echo_of_every_part_is_ours(page: PageDriver) -> None:
    """A long answer is echoed in parts without a tag, and the bot goes on."""
    page.write("I want to talk to a person")
    page.person_says(" ".join(f"Sentence {number} of it." for number in range(200)))
    for part in page.screen():
        page.send(page.server.echo(page.CUSTOMERS[0], {"text": part}, now=page.home.clock.now()))
    page.home.drain()
    other = page.CUSTOMERS[1]
    page.write("When are you open?", user=other)
    assert page.screen(other) == [HOURS]
    page.write("Thanks, Kim!")
    assert page.told[-1]["data"]["message"]["text"] == "Thanks, Kim!"


@pytest.mark.parametrize("allowed", [True, False])
def test_a_persons_late_words_need_metas_permission(page: PageDriver, allowed: bool) -> None:
    """After 24 hours they go out as a person's where that is set, and else fail as late."""
    if allowed:
        changed = {"after_window": "human_agent"}
        assert page.shop.admin("PATCH", page.admin_path, changed).status == 200
    page.write("I want to talk to a person")
    page.person_says("Hello, Kim here.")
    page.home.clock.advance(DAY)
    page.home.run_for(3_600)
    page.person_says("Still there?")
    end, [*_, outcome] = page.ends()[-1]
    assert (end, outcome.partition(":")[0]) == (
        ("delivered", "ok") if allowed else ("failed", "window")
    )
    assert page.server.shown[-1].by == ("tag" if allowed else "response")


def test_another_word_after_the_window_is_refused(page: PageDriver) -> None:
    """The setting takes one word, and the problem names it."""
    answer = page.shop.admin("PATCH", page.admin_path, {"after_window": "always"})
    assert answer.status == 422
    assert "after_window: give human_agent" in answer.text
