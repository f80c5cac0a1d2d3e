"""The commands of `surgeline pool` ask the instance and tell the result."""

import json

import pytest
from fake_instance import FakeInstance, Run

pytestmark = pytest.mark.enable_socket

EVERY_FLAG = (
    *("--kind", "on_demand", "--ring-seconds", "20", "--language", "en", "--language", "ko"),
    *("--skill", "billing", "--zone", "Europe/Paris", "--open", "mon 09:00-12:30"),
    *("--open", "mon 13:30-18:00", "--open", "2026-12-24 09:00-12:00", "--holiday", "2026-12-25"),
    *("--seats", "3", "--chats-per-seat", "4", "--minimum-seats", "1", "--maximum-seats", "9"),
    *("--priority", "2", "--weight", "5", "--cost-per-conversation", "0.8"),
    *("--cost-per-hour", "20", "--handle-minutes", "6"),
    *("--daily-cap", "400", "--redaction", "contact", "--drill"),
)
EVERY_FIELD = {
    "kind": "on_demand",
    "ring_seconds": 20,
    "languages": ["en", "ko"],
    "skills": ["billing"],
    "hours": {
        "zone": "Europe/Paris",
        "week": {"mon": ["09:00-12:30", "13:30-18:00"]},
        "special": {"2026-12-24": ["09:00-12:00"]},
        "holidays": ["2026-12-25"],
    },
    "seats": 3,
    "chats_per_seat": 4,
    "minimum_seats": 1,
    "maximum_seats": 9,
    "priority": 2,
    "weight": 5,
    "cost_per_conversation": 0.8,
    "cost_per_hour": 20.0,
    "handle_minutes": 6.0,
    "daily_cap": 400.0,
    "redaction": "contact",
    "drill": True,
}


def test_every_field_of_a_pool_has_a_flag(operator: Run, instance: FakeInstance) -> None:
    """A typed flag reaches the instance as the configuration's own field."""
    instance.answer("PATCH /v1/admin/pools/crowd", {"pool": {}})
    assert operator("pool", "change", "crowd", *EVERY_FLAG).exit_code == 0
    assert instance.asked[0].json == EVERY_FIELD


def test_the_flags_are_the_fields() -> None:
    """A field that the configuration gains gets a flag; its state has commands of its own."""
    from dataclasses import fields

    from surgeline.application.configuration import PoolSettings

    known = {field.name for field in fields(PoolSettings)}
    others = {"id", "settings", "reached_by", "paused", "draining"}
    assert known - others == set(EVERY_FIELD)


@pytest.mark.parametrize(
    ("words", "method", "change"),
    [
        (("change", "v", "--seats", "0"), "PATCH", {"seats": 0}),
        (("pause", "v"), "PATCH", {"paused": True}),
        (("drain", "v"), "PATCH", {"draining": True}),
        (("resume", "v"), "PATCH", {"paused": False, "draining": False}),
    ],
)
def test_a_change_names_only_what_changes(
    operator: Run, instance: FakeInstance, words: tuple[str, ...], method: str, change: object
) -> None:
    """Nothing else of the pool is sent, so nothing else is lost."""
    instance.answer("PATCH /v1/admin/pools/v", {"pool": {}})
    assert operator("pool", *words).exit_code == 0
    [asked] = instance.requests(method)
    assert asked.json == change


def test_a_pool_is_removed_by_its_id(operator: Run, instance: FakeInstance) -> None:
    """An id stays one segment of the path, whatever is typed."""
    instance.answer("DELETE /v1/admin/pools/a%2Fb", {"removed": "a/b"})
    assert operator("pool", "remove", "a/b").exit_code == 0


@pytest.mark.parametrize(
    ("flags", "word"),
    [
        ((), "nothing to change"),
        (("--zone", "Europe/Paris", "--open", "monday"), "mon 09:00-18:00"),
        (("--kind", "friend"), "in_house"),
    ],
)
def test_wrong_flags_are_told_before_anything_is_asked(
    operator: Run, instance: FakeInstance, flags: tuple[str, ...], word: str
) -> None:
    """Wrong flags exit with 2 and name the accepted values before anything is asked."""
    result = operator("pool", "change", "v", *flags)
    assert result.exit_code == 2
    assert word in result.output
    assert instance.asked == []


REFUSED = {
    "url: only https may be called": (
        ("--endpoint", "ftp://v.example/"),
        "--endpoint ftp://v.example/: only https may be called",
    ),
    "seats: 0 is not between 1 and 100,000": (
        ("--seats", "0"),
        "--seats: 0 is not between 1 and 100,000",
    ),
    "languages[0]: 'English' is not a code such as en": (
        ("--language", "English"),
        "--language: 'English' is not a code such as en",
    ),
    "hours.zone: 'Mars/Base' is no IANA time zone such as Europe/Paris": (
        ("--zone", "Mars/Base", "--open", "mon 09:00-18:00"),
        "--zone: 'Mars/Base' is no IANA time zone such as Europe/Paris",
    ),
    "hours.week.mond: use mon, tue": (
        ("--zone", "UTC", "--open", "mond 09:00-18:00"),
        "--open mond 09:00-18:00: use mon, tue",
    ),
    "hours.holidays: '25/12' is not a date such as 2026-12-25": (
        ("--zone", "UTC", "--holiday", "25/12"),
        "--holiday: '25/12' is not a date such as 2026-12-25",
    ),
    "routing.steps[0].pools: there is no pool 'night'": (
        ("--seats", "2"),
        "routing.steps[0].pools: there is no pool 'night'",
    ),
}


@pytest.mark.parametrize("problem", REFUSED)
@pytest.mark.parametrize("command", ["add", "change"])
def test_a_refused_field_is_told_by_its_flag(
    surgeline: Run, instance: FakeInstance, command: str, problem: str
) -> None:
    """A refused field is told by the flag that gave it, the refused value and what is accepted."""
    flags, told = REFUSED[problem]
    error = {"code": "invalid", "message": "not valid", "problems": [problem]}
    for method in ("PUT", "PATCH"):
        instance.answer(f"{method} /v1/admin/pools/v", (422, {"error": error}))
    endpoint = () if "--endpoint" in flags else ("--endpoint", "https://v.example/")
    to = ("--instance", instance.url, "--admin-key", "key")
    result = surgeline("pool", command, "v", *flags, *endpoint, *to)
    assert result.exit_code == 2
    assert result.output == f"Error: {told}\n"


def test_a_channel_s_refused_address_is_told_by_its_flag(
    operator: Run, instance: FakeInstance
) -> None:
    """The commands of channels tell a refused field by its flag, as those of pools do."""
    error = {"code": "invalid", "problems": ["reply_url: only https may be called"]}
    for method in ("PUT", "PATCH"):
        instance.answer(f"{method} /v1/admin/channels/app", (422, {"error": error}))
    for command in ("add", "change"):
        result = operator("channel", command, "app", "--reply-url", "ftp://a.example/")
        assert result.exit_code == 2
        assert "--reply-url ftp://a.example/: only https may be called" in result.output


def test_url_alone_is_still_the_pools_endpoint(surgeline: Run, instance: FakeInstance) -> None:
    """A script of the first release goes on with `--url` and gets a notice of the new name."""
    to = ("--instance", instance.url, "--admin-key", "key")
    instance.answer("PUT /v1/admin/pools/v", {})
    instance.answer("PATCH /v1/admin/pools/v", {"pool": {}})
    for command in ("add", "change"):
        result = surgeline("pool", command, "v", "--url", "http://p/", *to)
        assert result.exit_code == 0
        assert "give --endpoint" in result.output
        assert instance.asked[-1].json["url"] == "http://p/"


def test_beside_an_endpoint_url_is_the_instance(surgeline: Run, instance: FakeInstance) -> None:
    """A `--url` beside an `--endpoint` names the instance, as everywhere, without a notice."""
    instance.answer("PATCH /v1/admin/pools/v", {"pool": {}})
    to = ("--url", instance.url, "--admin-key", "key")
    result = surgeline("pool", "change", "v", "--endpoint", "http://p/", "--seats", "4", *to)
    assert result.output == "Pool v is changed: seats, url\n"
    assert instance.asked[-1].json == {"url": "http://p/", "seats": 4}


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (("change", "v", "--url", "http://p/", "--seats", "4"), "--url has two meanings here"),
        (("add", "v"), "--endpoint URL"),
    ],
)
def test_an_address_is_never_guessed(surgeline: Run, args: tuple[str, ...], word: str) -> None:
    """An ambiguous address exits with 2, because an admin key must not go to a vendor."""
    result = surgeline("pool", *args, "--admin-key", "key")
    assert result.exit_code == 2
    assert word in result.output


def test_a_new_pools_hours_need_their_zone(operator: Run, instance: FakeInstance) -> None:
    """A new pool's hours without a zone are refused with exit code 2."""
    result = operator("pool", "add", "v", "--endpoint", "u", "--open", "mon 09:00-18:00")
    assert result.exit_code == 2
    assert "--zone" in result.output
    assert instance.asked == []


def test_a_change_of_hours_names_only_the_days_given(operator: Run, instance: FakeInstance) -> None:
    """The instance merges them; neither the zone nor the other days are said again."""
    instance.answer("PATCH /v1/admin/pools/v", {"pool": {}})
    flags = ("--open", "mon 09:00-12:00", "--open", "sun closed", "--holiday", "2026-12-25")
    assert operator("pool", "change", "v", *flags).exit_code == 0
    week = {"mon": ["09:00-12:00"], "sun": []}
    assert instance.asked[0].json == {"hours": {"week": week, "holidays": ["2026-12-25"]}}


def test_the_list_is_in_the_order_asked(operator: Run, instance: FakeInstance) -> None:
    """Pools are listed by priority and then in the configuration's order."""
    base = {"kind": "outsourced", "url": "https://p.example/", "paused": False, "draining": False}
    pools = [base | {"id": id_, "priority": n} for id_, n in (("a", 0), ("b", 10), ("c", 0))]
    instance.answer("GET /v1/admin/configuration", {"configuration": {"pools": pools}})
    assert [line.split()[0] for line in operator("pool", "list").output.splitlines()] == [
        *("b", "a", "c"),
    ]


def test_the_list_says_who_is_asked(operator: Run, instance: FakeInstance) -> None:
    """The list has one line a pool and says who is asked."""
    base = {"kind": "outsourced", "url": "https://p.example/", "paused": False, "draining": False}
    pools = [base | {"id": "a"}, base | {"id": "b", "paused": True}, base | {"id": "c"}]
    pools[2]["draining"] = True
    instance.answer("GET /v1/admin/configuration", {"configuration": {"pools": pools}})
    lines = operator("pool", "list").output.splitlines()
    assert [line.split()[::2] for line in lines] == [
        ["a", "open"],
        ["b", "paused"],
        ["c", "drains"],
    ]


@pytest.mark.parametrize("taken", [True, False])
def test_a_ping_that_was_not_taken_exits_1(
    operator: Run, instance: FakeInstance, taken: bool
) -> None:
    """The outcome is printed either way."""
    pinged = {"taken": taken, "outcome": "timeout", "status": None, "milliseconds": 3}
    instance.answer("POST /v1/admin/pools/v/ping", pinged)
    result = operator("pool", "ping", "v")
    assert result.exit_code == (0 if taken else 1)
    assert "timeout" in result.output


@pytest.mark.parametrize("kind", ["pool", "channel"])
def test_a_rotation_shows_the_new_secret_and_the_way_on(
    operator: Run, instance: FakeInstance, kind: str
) -> None:
    """A rotation shows the new secret once with the command that ends it, and the end shows
    none.
    """
    route = f"POST /v1/admin/{kind}s/x/secret"
    instance.answer(route, {"secret": "whsec_new", "good": 2}, {"dropped": 1}, {"dropped": 0})
    begun = operator(kind, "rotate", "x").output
    assert "whsec_new" in begun
    assert f"surgeline {kind} rotate x --finish" in begun
    assert "Only the newest" in operator(kind, "rotate", "x", "--finish").output
    assert "the only one already" in operator(kind, "rotate", "x", "--finish").output
    assert [each.json for each in instance.asked] == [{"finish": False}, *[{"finish": True}] * 2]


def test_a_rotation_for_programs(operator: Run, instance: FakeInstance) -> None:
    """The --json option prints the answer and nothing else."""
    instance.answer("POST /v1/admin/pools/x/secret", {"secret": "whsec_new", "good": 2})
    result = operator("pool", "rotate", "x", "--json")
    assert json.loads(result.output) == {"secret": "whsec_new", "good": 2}
