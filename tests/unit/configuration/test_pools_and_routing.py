"""Every slip in written pools and routing is told with its place."""

import json
from pathlib import Path
from typing import Any

import pytest
from surgeline.adapters.configuration.format import ConfigurationFormat
from surgeline.adapters.pools.webhook import Webhook
from surgeline.application.configuration import PoolSettings
from surgeline.application.pools.seats import cap_day, limit_now, pools_now
from surgeline.application.ports.board import PoolLoad
from surgeline.errors import Unprocessable

NOON = 1_772_366_400_000  # 2026-03-01T12:00:00Z, a Sunday
POOL: dict[str, Any] = {
    "id": "vendor",
    "kind": "outsourced",
    "url": "https://vendor.example/events",
    "languages": ["en", "ko"],
    "skills": ["billing"],
    "hours": {
        "zone": "Asia/Seoul",
        "week": {"mon": ["09:00-12:00", "13:00-18:00"], "sun": ["20:00-24:00"]},
        "holidays": ["2026-12-25"],
        "special": {"2026-12-24": ["09:00-12:00"]},
    },
    "seats": 4,
    "chats_per_seat": 3,
    "priority": 2,
    "weight": 3,
    "cost_per_conversation": 0.4,
    "daily_cap": 100,
    "redaction": "contact",
    "draining": False,
}
ROUTING = {
    "longest_wait_seconds": 300,
    "steps": [
        {"pools": ["vendor"], "seconds": 60, "choose": "least_loaded", "at_once": 2},
        {"kind": "on_demand", "only_if": {"backlog_over": 5, "nobody_available": True}},
    ],
}

FORM = ConfigurationFormat()


def problems(pool: dict[str, Any] | None = None, **whole: Any) -> tuple[str, ...]:
    """Return what is said of a configuration with these changes to its pool."""
    document = {"pools": [POOL | (pool or {})], "routing": ROUTING} | whole
    with pytest.raises(Unprocessable) as refusal:
        FORM.parse(document, allow_loopback=False)
    return refusal.value.problems


def test_everything_about_a_pool_is_read() -> None:
    """Everything about a pool is read and is written again as it was."""
    document = {"pools": [POOL], "routing": ROUTING}
    read = FORM.parse(document, allow_loopback=False)
    [pool] = read.pools
    assert (limit_now(pool, PoolLoad(), NOON), pool.daily_limit) == (12, 250)
    assert FORM.decode(FORM.encode(read)) == read


def test_an_hourly_cost_counts_by_the_average_handle_time() -> None:
    """An hourly price becomes a price a conversation through handle time and chats at once."""
    costs = {"cost_per_conversation": None, "cost_per_hour": 20, "handle_minutes": 6}
    document = {"pools": [POOL | costs | {"chats_per_seat": 2}], "routing": ROUTING}
    [pool] = FORM.parse(document, allow_loopback=False).pools
    assert (pool.conversation_cost, pool.daily_limit) == (1.0, 100)


def test_a_configuration_of_the_release_before_is_read() -> None:
    """A configuration of the release before bounds nothing and asks everybody."""
    old = {"pools": [{"id": "p", "kind": "outsourced", "url": "https://p.example/"}], "schema": 1}
    [pool] = FORM.decode(json.dumps(old).encode()).pools
    assert pool == PoolSettings("p", "outsourced", Webhook("https://p.example/"))
    assert (pool.seats, pool.daily_limit, pool.hours) == (None, None, None)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"kind": "robot"}, "pools[0].kind"),
        ({"ring_seconds": 2}, "pools[0].ring_seconds"),
        ({"seats": 0}, "pools[0].seats"),
        ({"chats_per_seat": 0}, "pools[0].chats_per_seat"),
        ({"minimum_seats": 9}, "pools[0].minimum_seats"),
        ({"weight": 0}, "pools[0].weight"),
        ({"languages": ["English"]}, "pools[0].languages[0]"),
        ({"skills": ["Bill ing"]}, "pools[0].skills[0]"),
        ({"redaction": "everything"}, "pools[0].redaction"),
        ({"cost_per_conversation": None}, "pools[0].daily_cap"),
        ({"cost_per_hour": 20, "handle_minutes": 6}, "pools[0].cost_per_hour"),
        ({"ring_secs": 20}, "pools[0].ring_secs"),
        ({"hours": {"zone": "Mars/Base"}}, "pools[0].hours.zone"),
        ({"hours": {"zone": "../../etc/passwd"}}, "pools[0].hours.zone"),
        ({"hours": {"zone": "UTC", "week": {"monday": []}}}, "pools[0].hours.week.monday"),
        ({"hours": {"zone": "UTC", "week": {"mon": ["9-18"]}}}, "pools[0].hours.week.mon[0]"),
        ({"hours": {"zone": "UTC", "holidays": ["25/12"]}}, "pools[0].hours.holidays"),
        ({"hours": {"zone": "UTC", "special": {"soon": []}}}, "pools[0].hours.special"),
        ({"hours": POOL["hours"] | {"open": {}}}, "pools[0].hours.open"),
        ({"hours": {"zone": "UTC", "holidays": ["2026-12-25"]}}, "pools[0].hours"),
        ({"hours": {"zone": "UTC", "week": {"mon": []}}}, "pools[0].hours"),
        ({"reached_by": "pigeon"}, "pools[0].reached_by"),
        ({"settings": {}}, "pools[0].settings"),
        ({"url": "http://vendor.example/"}, "pools[0].url"),
        ({"url": "https://10.0.0.1/"}, "pools[0].url"),
    ],
)
def test_b52_every_slip_in_a_pool_has_its_place(change: dict[str, Any], place: str) -> None:
    """B52-B60: a wrong URL, number, name, zone, date or unknown field of a pool is refused."""
    assert [each.partition(":")[0] for each in problems(change)] == [place]


@pytest.mark.parametrize(
    ("step", "place"),
    [
        ({"pools": ["nobody"]}, "routing.steps[0].pools"),
        ({"pools": ["vendor"], "kind": "on_demand"}, "routing.steps[0].kind"),
        ({"seconds": 1}, "routing.steps[0].seconds"),
        ({"at_once": 0}, "routing.steps[0].at_once"),
        ({"only_if": {}}, "routing.steps[0].only_if"),
        ({"only_if": {"waited": 3}}, "routing.steps[0].only_if.waited"),
        ({"choose": "random"}, "routing.steps[0].choose"),
        ({"reasons": ["bored"]}, "routing.steps[0].reasons[0]"),
    ],
)
def test_every_slip_in_a_step_has_its_place(step: dict[str, Any], place: str) -> None:
    """A policy that nobody can follow is not published."""
    found = [each.partition(":")[0] for each in problems(routing={"steps": [step]})]
    assert place in found


def test_a_policy_needs_a_step() -> None:
    """A policy needs at least one step."""
    assert problems(routing={"steps": []}) == ("routing.steps: give 1 to 20 steps",)


def now_of(pool: dict[str, Any], load: PoolLoad, ahead: int = 0) -> Any:
    document = {"pools": [POOL | {"hours": None} | pool]}
    configuration = FORM.parse(document, allow_loopback=False)
    [found] = pools_now(configuration, {"vendor": load}, {"vendor": ahead}, now=NOON)
    return found


def test_a_pool_says_why_it_takes_nothing() -> None:
    """A pool says if it is disabled, paused, draining, closed or over its cap."""
    sundays = {"hours": {"zone": "UTC", "week": {"sun": ["09:00-12:00"]}}}
    assert now_of({}, PoolLoad()).closed == ""
    assert now_of({}, PoolLoad(disabled="gone")).closed == "disabled: gone"
    assert now_of({"paused": True}, PoolLoad()).closed == "paused"
    assert now_of({"draining": True}, PoolLoad()).closed == "draining"
    assert now_of(sundays, PoolLoad()).closed == "outside its hours"
    assert now_of({}, PoolLoad(used_today=250)).closed == "over its daily cap"


def test_seats_are_promised_to_who_waits_longer() -> None:
    """A newcomer takes nobody's seat, and finds the pool full where others wait before it."""
    one_seat = {"seats": 1, "chats_per_seat": 1, "minimum_seats": 0}
    assert now_of(one_seat, PoolLoad(), 1).promised
    assert now_of(one_seat, PoolLoad(), 1).full
    assert not now_of(one_seat, PoolLoad(), 0).full
    assert not now_of({}, PoolLoad(taken=10), 1).full
    full = now_of(one_seat, PoolLoad(taken=1))
    assert (full.full, full.promised, full.load) == (True, False, 1.0)


@pytest.mark.parametrize(
    ("hours", "day"),
    [
        (None, "2026-03-01"),
        ({"zone": "Asia/Seoul", "week": {"mon": ["09:00-18:00"]}}, "2026-03-02"),
        ({"zone": "America/Los_Angeles", "week": {"mon": ["09:00-18:00"]}}, "2026-03-01"),
    ],
)
def test_a_daily_cap_turns_over_at_the_pools_own_midnight(hours: Any, day: str) -> None:
    """A vendor's daily cap begins anew at the pool's own midnight, as at 16:00 UTC in Seoul."""
    document = {"pools": [POOL | {"hours": hours}]}
    [pool] = FORM.parse(document, allow_loopback=False).pools
    assert cap_day(pool, NOON + 4 * 3_600_000) == day


def test_the_configuration_of_the_documentation_is_valid() -> None:
    """The example in docs/pools.md is published as it stands there."""
    text = (Path(__file__).parents[3] / "docs" / "pools.md").read_text()
    document = json.loads(text.partition("```json")[2].partition("```")[0])
    read = FORM.parse(document, allow_loopback=False)
    assert [limit_now(pool, PoolLoad(), NOON) for pool in read.pools] == [12, 40, 2]
    assert len(read.routing.steps) == 3
