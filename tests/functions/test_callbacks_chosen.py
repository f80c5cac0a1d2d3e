"""A customer who waits chooses a time or an address, and a pool is offered it then."""

from typing import Any

import pytest
from surgeline.adapters.codec import encode_thread
from surgeline.adapters.system_texts import system_texts
from surgeline.application.configuration import ChannelSettings, Configuration, PoolSettings
from surgeline.application.conversations.understanding.wishes import (
    holds_later,
    with_wish,
    writes_until,
)
from surgeline.domain.events import CustomerWrote
from surgeline.domain.facts import Facts
from surgeline.domain.thread import Callback, Conversation, Handoff, Thread
from surgeline.domain.wishes import Wish

from tests.functions.alerts.test_alerts import CLOSED, minute, standing
from tests.functions.stage import Stage
from tests.functions.test_conversations_listed import listed
from tests.functions.test_pools_come_and_go import ask, offers, owner, pool

MIDNIGHT = 1_772_409_600_000  # 2026-03-02T00:00Z, a Monday
NIGHT_SECONDS = 21 * 3_600  # from Sunday at noon to Monday at nine


@pytest.fixture
def shut(stage: Stage) -> Stage:
    """Return a shop on a Sunday whose pool is open on weekdays, and which phones people."""
    routing = {"callbacks": ["later", "phone"]}
    stage.configure(pools=[pool(hours=CLOSED, seats=1)], routing=routing)
    stage.clock.advance(10)
    ask(stage, "c1")
    return stage


def shown(stage: Stage) -> list[str]:
    """Return the choices below the last text."""
    [record] = stage.backend.store().records(stage.thread("c1").id, limit=1, newest_first=True)
    said = [each for each in record.effects if each.type == "send_text"]
    return [each.label for each in said[-1].choices]


def night(stage: Stage) -> None:
    """Let the night pass with its timers, until the pool is open."""
    stage.clock.advance(NIGHT_SECONDS)
    stage.drain("timers", "events")


def test_a_time_is_chosen_by_number_and_offered_then(shut: Stage) -> None:
    """The windows lie within the hours of pools. Nobody is asked before."""
    assert shown(shut) == ["I wait here", "Answer me later", "Reach me elsewhere", "Never mind"]
    ask(shut, "c1", "Answer me later")
    assert shown(shut)[0] == "Monday at 9:00 to 12:00"
    assert shown(shut)[-1] == "As soon as someone is free"
    ask(shut, "c1", "1")
    assert "someone writes to you here, Monday at 9:00 to 12:00" in shut.said()[-1][1]
    ask(shut, "c1", "2")
    assert "someone writes to you here, Monday at 12:00 to 15:00" in shut.said()[-1][1]
    ask(shut, "c1", "Is it raining?")
    ask(shut, "c1", "Monday at 9:00 to 12:00")
    assert "someone writes to you here, Monday at 9:00 to 12:00" in shut.said()[-1][1]
    [line] = listed(shut, callback="yes")
    assert line["callback"]["from"] == "2026-03-02T09:00:00.000Z"
    assert offers(shut) == []
    night(shut)
    [offer] = offers(shut)
    assert (offer.pool_id, owner(shut)) == ("vendor", "waiting")


def test_as_soon_as_someone_is_free_is_kept_beyond_a_long_holiday(stage: Stage) -> None:
    """The end that was told does not come nearer, however far away the next opening is."""
    hours = {"zone": "UTC", "week": {"sat": ["09:00-18:00"]}}
    stage.configure(pools=[pool(hours=hours)], routing={"callbacks": ["later"]})
    stage.clock.advance(10)
    ask(stage, "c1")
    told = stage.thread("c1").conversation.handoff.kept_until
    for text in ("Answer me later", "As soon as someone is free"):
        ask(stage, "c1", text)
    kept = stage.thread("c1").conversation.handoff
    assert (kept.callback.at, kept.kept_until) == (0, told)


def test_a_number_goes_to_the_pool_that_is_offered_it(shut: Stage) -> None:
    """A number without its country is asked for again. The list does not show it.

    The address and the times to choose from leave the thread within its two kilobytes.
    """
    ask(shut, "c1", "Reach me elsewhere")
    ask(shut, "c1", "06 12 34 56 78")
    assert "country code" in shut.said()[-1][1]
    ask(shut, "c1", "+33 6 12 34 56 78")
    assert len(encode_thread(shut.thread("c1"))) < 2_000
    ask(shut, "c1", "As soon as someone is free")
    assert "reaches you at +33612345678, as soon as someone is free" in shut.said()[-1][1]
    assert "336" not in str(listed(shut, callback="yes"))
    night(shut)
    bodies = [each.body for each in shut.backend.queue("deliveries").receive(50)]
    [offered] = [each for each in bodies if "handoff.offered" in each]
    assert '"callback":{"by":"phone","address":"+33612345678"' in offered


@pytest.mark.enable_socket
def test_a_time_in_which_nobody_came_is_told_and_rings(shut: Stage) -> None:
    """The customer hears so, the request goes on, and the alert stands until it ends."""
    ask(shut, "c1", "Answer me later")
    ask(shut, "c1", "1")
    night(shut)
    for _ in range(14):
        shut.clock.advance(900)
        shut.drain("timers", "events")
    assert any(text.startswith("We are sorry: nobody came at the time") for _, text in shut.said())
    assert [each["overdue"] for each in listed(shut, overdue="yes")] == [True]
    found = shut.admin("GET", "/v1/admin/reports/callbacks?day=2026-03-01").json
    assert (found["chosen"], found["missed"]) == (1, 1)
    minute(shut, works=False)
    assert standing(shut)["callback_missed"]["level"] == "urgent"
    if owner(shut) == "bot":
        ask(shut, "c1", "never mind")
        minute(shut, works=False)
        assert "callback_missed" not in standing(shut)


def test_never_mind_in_line_ends_the_request(stage: Stage) -> None:
    """Whoever waits for a seat may take the request back in a word."""
    stage.configure(pools=[pool(seats=1)])
    stage.clock.advance(10)
    for sender in ("c2", "c1"):
        ask(stage, sender)
    assert owner(stage) == "waiting"
    ask(stage, "c1", "never mind")
    assert (owner(stage), stage.said()[-1][1].startswith("All right")) == ("bot", True)


def test_an_unknown_way_is_refused(stage: Stage) -> None:
    """The ways are those that customers can be answered in."""
    document: dict[str, Any] = {"routing": {"callbacks": ["fax"]}}
    refused = stage.admin("PUT", "/v1/admin/configuration", document)
    assert refused.status in (400, 422)
    assert "routing.callbacks" in str(refused.json)


@pytest.mark.parametrize(
    ("kind", "by", "holds", "windows"),
    [
        ("whatsapp", "channel", True, 3),
        ("kakao", "channel", False, 0),
        ("kakao", "phone", False, 4),
    ],
)
def test_the_channels_time_bounds_what_is_written_there(
    kind: str, by: Any, holds: bool, windows: int
) -> None:
    """No time fits into a minute. Whoever is phoned chooses among all times."""
    configuration = Configuration(
        (ChannelSettings("chat", kind),), (PoolSettings("north", "vendor"),)
    )
    callback = Callback(step="when", by=by, windows=((MIDNIGHT + 1, MIDNIGHT + 2),))
    thread, event = waits("1", callback)
    found = with_wish(Facts(MIDNIGHT), thread, event, configuration)
    assert (holds_later(configuration, "chat"), len(found.windows)) == (holds, windows)
    until = MIDNIGHT + (86_400_000 if kind == "whatsapp" else 60_000)
    assert writes_until(configuration, thread, event) == until


def waits(text: str, callback: Callback) -> tuple[Thread, CustomerWrote]:
    """Return a thread whose request is kept with that wish, and the customer's next message."""
    handoff = Handoff(
        "kept", "customer_asked", MIDNIGHT, kept_until=MIDNIGHT + 9, callback=callback
    )
    current = Conversation("t-1", 1, MIDNIGHT, 1, handoff=handoff)
    thread = Thread("t", "chat", "ann", language="en", conversation=current)
    return thread, CustomerWrote("e1", "t", "chat", "ann", MIDNIGHT, text)


def test_a_time_keeps_the_name_of_the_evening_in_which_it_was_shown() -> None:
    """After midnight "Monday" is "today", and the button of before still chooses it.

    The times to choose from are those of pools that may take the customer.
    """
    hour = 3_600_000
    callback = Callback(windows=((MIDNIGHT + 9 * hour, MIDNIGHT + 12 * hour),))
    texts = {**system_texts()["en"]}
    pools = (
        PoolSettings("north", "vendor", languages=("ko",)),
        PoolSettings("south", "vendor", draining=True),
    )
    configuration = Configuration((ChannelSettings("chat", "web"),), pools)
    for said in ("Monday at 9:00 to 12:00", "today at 9:00 to 12:00"):
        thread, event = waits(said, callback)
        found = with_wish(Facts(MIDNIGHT, texts=texts), thread, event, configuration)
        assert (found.wish, found.windows) == (Wish("window", 0), ())
