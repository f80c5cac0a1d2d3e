"""Slack's challenge, threads, repeats and lost answers go through the production handlers."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.virtual.home import VirtualHome
from tests.functions.channels.driver import HOURS
from tests.functions.channels.slack_driver import SlackDriver

QUESTION = "When are you open?"
CUSTOMER = SlackDriver.CUSTOMERS[0]
CHANNEL = CUSTOMER.partition("/")[2]
RETRY = {"x-slack-retry-num": "1", "x-slack-retry-reason": "http_timeout"}


@pytest.fixture
def slack(tmp_path: Path) -> Iterator[SlackDriver]:
    """Yield a Slack channel."""
    home = VirtualHome(tmp_path)
    yield SlackDriver(home)
    home.close()


def posted(slack: SlackDriver) -> list[dict[str, Any]]:
    """Return the messages that Slack was asked to post, in order."""
    return [json.loads(each.body) for each in slack.calls if each.url.endswith("postMessage")]


def test_the_challenge_is_answered_after_its_signature(slack: SlackDriver) -> None:
    """Slack gets its challenge back as text, and a stranger gets nothing."""
    body, headers = slack.request([], slack.FIELDS)
    answer = slack.post(body, headers)
    assert (answer.status, answer.text) == (200, "ch-1")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    foreign = slack.post(*slack.request([], slack.NEXT_FIELDS))
    assert foreign.status == 401
    assert "ch-1" not in foreign.text


def test_slacks_own_retry_is_one_message(slack: SlackDriver) -> None:
    """A request that Slack repeats after a time-out changes nothing, before and after the work."""
    event = slack.text(CUSTOMER, QUESTION)
    for again in (False, True):
        body, headers = slack.request([event], slack.FIELDS)
        assert slack.post(body, headers).status == 200
        assert slack.post(body, headers | RETRY).status == 200
        if again:
            slack.home.run_for(60)
        slack.home.drain()
    assert slack.screen() == [HOURS]


def test_a_thread_is_answered_in_the_thread(slack: SlackDriver) -> None:
    """A message in a thread of the direct conversation has its answer there."""
    thread = f"{CUSTOMER}/1772366000.000100"
    slack.write(QUESTION, user=thread)
    assert [(each["channel"], each.get("thread_ts")) for each in posted(slack)] == [
        (CHANNEL, "1772366000.000100")
    ]


def test_a_mention_in_a_channel_is_answered_below_it(slack: SlackDriver) -> None:
    """The answer to a mention stands in its thread, and other messages of the channel are left."""
    mention = slack.text(CUSTOMER, f"<@U0SURGELINE> {QUESTION}")
    mention["event"] |= {"type": "app_mention", "channel": "C0SHARED"}
    beside = slack.text(CUSTOMER, QUESTION)
    beside["event"] |= {"channel": "C0SHARED", "channel_type": "channel"}
    assert slack.send(mention, beside).status == 200
    slack.home.drain()
    [said] = posted(slack)
    assert (said["channel"], said["thread_ts"]) == ("C0SHARED", mention["event"]["ts"])


@pytest.mark.parametrize("part", [0, 1])
def test_a_long_text_is_never_doubled(slack: SlackDriver, part: int) -> None:
    """If the answer to any part was lost, each part is posted once and in order."""
    slack.write("I want to talk to a person")
    before = len(slack.screen())
    slack.lost += [""] * part + ["timeout"]
    words = " ".join(f"Sentence {number}." for number in range(700))
    slack.person_says(words)
    slack.home.run_for(120)
    assert " ".join(slack.screen()[before:]) == words


def test_who_may_not_read_sends_again(slack: SlackDriver) -> None:
    """Without the scope to look for a lost text, it is posted once more and noted."""
    slack.lost.append("timeout")
    slack.send(slack.text(CUSTOMER, QUESTION))
    slack.home.drain()
    slack.server.faults.append((200, {"ok": False, "error": "missing_scope"}))
    slack.home.run_for(120)
    assert slack.screen() == [HOURS, HOURS]
    assert slack.ends() == [("delivered", ["timeout, perhaps shown", "ok"])]
