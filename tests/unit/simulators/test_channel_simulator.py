"""The simulated channel keeps the replies that come."""

import asyncio
import json
import time
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from surgeline.adapters.signing.standard_webhooks import sign

from local.simulators.channel import ChannelSimulator, Inbox

KEYS = (b"k" * 32,)


def a_reply(
    seq: int, *, speaker: str = "bot", agent: str | None = None, thread: str = "tone"
) -> dict[str, Any]:
    return {
        "schema": 1,
        "thread_id": thread,
        "conversation_id": f"{thread}-1",
        "sender": "u1",
        "seq": seq,
        "message": {
            "id": f"r{seq}",
            "speaker": speaker,
            "text": f"reply {seq}",
            "in_reply_to": "m1",
            "article_id": None,
            "choices": [],
            "agent": {"name": agent} if agent else None,
        },
        "conversation": {"state": "open", "owner": "bot"},
    }


def test_each_reply_is_kept_once() -> None:
    """A repeat of a webhook id is counted and not shown again."""
    inbox = Inbox()
    assert inbox.take("r2", "message.created", a_reply(2))
    assert inbox.take("r2", "message.created", a_reply(2)) is None
    assert (inbox.counts["repeats"], len(inbox.replies)) == (1, 1)


def test_a_reply_out_of_order_is_counted() -> None:
    """`seq` rises within a thread, with gaps; threads don't disturb each other."""
    inbox = Inbox()
    for number, (seq, thread) in enumerate([(2, "tone"), (9, "tone"), (1, "ttwo"), (5, "tone")]):
        inbox.take(f"r{number}", "message.created", a_reply(seq, thread=thread))
    assert inbox.counts["out_of_order"] == 1


@pytest.mark.parametrize(
    ("speaker", "agent", "name"),
    [("bot", None, "bot"), ("system", None, "system"), ("person", "Agent 1", "Agent 1")],
)
def test_who_speaks_is_kept(speaker: str, agent: str | None, name: str) -> None:
    """A person is shown by the agent's name."""
    reply = Inbox().take("r1", "message.created", a_reply(1, speaker=speaker, agent=agent))
    assert reply
    assert (reply.speaker, reply.name) == (speaker, name)


def test_another_type_of_event_is_left_alone() -> None:
    """Types that come with a later version are acknowledged and ignored."""
    assert Inbox().take("r1", "message.deleted", {}) is None


@pytest.mark.enable_socket
def test_the_shell_verifies_shows_and_tells_its_state() -> None:
    """A repeated reply is taken once, an unsigned one is 401, and `/replies` narrows to a
    thread.
    """
    said: list[str] = []

    async def story() -> None:
        app = ChannelSimulator(secrets=KEYS, say=said.append).app()
        async with TestClient(TestServer(app)) as client:
            body = json.dumps({"type": "message.created", "data": a_reply(3)}).encode()
            headers = sign(KEYS, webhook_id="r3", timestamp=int(time.time()), body=body)
            for _ in range(2):
                assert (await client.post("/any/path", data=body, headers=headers)).status == 200
            assert (await client.post("/", data=body)).status == 401
            state = await (await client.get("/state")).json()
            assert state == {"replies": 1, "counts": {"bot": 1, "repeats": 1}}
            kept = await (await client.get("/replies?thread_id=tone")).json()
            assert [each["text"] for each in kept] == ["reply 3"]
            assert await (await client.get("/replies?thread_id=tother")).json() == []
            assert (await client.get("/health")).status == 200

    asyncio.run(story())
    assert len(said) == 1
    assert "bot: reply 3" in said[0]
