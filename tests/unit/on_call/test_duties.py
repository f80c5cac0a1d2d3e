"""The times on duty, and the calendar that shows them."""

from dataclasses import replace
from datetime import UTC, datetime

from surgeline.domain.hours import Hours
from surgeline.domain.on_call.calendar import Event, calendar
from surgeline.domain.on_call.duties import Duty, duties
from surgeline.domain.on_call.rota import Swap
from surgeline.domain.on_call.settings import Layer, Rota

ROTA = Rota(
    id="evening",
    zone="Europe/Paris",
    layers=(Layer(people=("mina", "lee"), begins="2026-03-16", hands_over="mon 09:00"),),
)


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1000


def of(rota: Rota, since: str, until: str, *swaps: Swap) -> list[Duty]:
    return list(duties(rota, at(since), at(until), swaps))


def swap(since: str, until: str, rota: str = "evening") -> Swap:
    return Swap(rota=rota, since=at(since), until=at(until), instead_of="mina", takes_over="lee")


def test_turns_end_at_their_time_on_the_wall() -> None:
    """The week in which the clocks change has 167 hours, and the hand-over stays at nine."""
    first, second = of(ROTA, "2026-03-23", "2026-04-04")[1:]
    assert (first.person, second.person) == ("lee", "mina")
    assert first.since == at("2026-03-23T08:00")
    assert first.until == second.since == at("2026-03-30T07:00")
    assert (first.until - first.since) == 167 * 3_600_000


def test_a_swap_parts_a_turn_and_moves_nothing_else() -> None:
    """The middle of the turn is the other's, and names who had it; a rota's swap is its own."""
    turn = of(
        ROTA,
        "2026-03-17",
        "2026-03-20",
        swap("2026-03-18", "2026-03-19"),
        swap("2026-03-17", "2026-03-20", rota="another"),
    )
    assert [(each.person, each.instead_of) for each in turn] == [
        ("mina", ""),
        ("lee", "mina"),
        ("mina", ""),
    ]
    assert [each.since for each in turn[1:]] == [at("2026-03-18"), at("2026-03-19")]


def test_a_part_that_is_given_on_is_the_last_one_s() -> None:
    """Lee takes a day and gives the half of it on. Both stand for Mina, whose turn it was."""
    taken = replace(swap("2026-03-17", "2026-03-18"), written_at=1)
    given_on = replace(
        swap("2026-03-17T12:00", "2026-03-18"), instead_of="lee", takes_over="kim", written_at=2
    )
    turn = of(ROTA, "2026-03-16T10:00", "2026-03-20", given_on, taken)
    assert [(each.person, each.instead_of, each.until) for each in turn[1:3]] == [
        ("lee", "mina", at("2026-03-17T12:00")),
        ("kim", "mina", at("2026-03-18")),
    ]
    assert [each.person for each in turn] == ["mina", "lee", "kim", "mina"]


def test_swaps_that_meet_are_one_part() -> None:
    """Two swaps in a row to the same person are one duty, and a swap may begin before the turn."""
    turn = of(
        ROTA,
        "2026-03-16T10:00",
        "2026-03-20",
        swap("2026-03-10", "2026-03-17"),
        swap("2026-03-17", "2026-03-18"),
    )
    assert [(each.person, each.until) for each in turn] == [
        ("lee", at("2026-03-18")),
        ("mina", at("2026-03-23T08:00")),
    ]


def test_a_layer_has_only_its_hours() -> None:
    """A layer of evenings has a duty for each evening, the last one being cut by the hand-over."""
    evenings = Hours(zone="Europe/Paris", week={"sat": ("18:00-22:00",), "sun": ("22:00-10:00",)})
    layer = Layer(people=("mina", "lee"), begins="2026-03-16", only=evenings)
    found = of(Rota(id="evening", zone="Europe/Paris", layers=(layer,)), "2026-03-20", "2026-03-24")
    assert [(each.person, each.since, each.until) for each in found] == [
        ("mina", at("2026-03-21T17:00"), at("2026-03-21T21:00")),
        ("mina", at("2026-03-22T21:00"), at("2026-03-23T08:00")),
        ("lee", at("2026-03-23T08:00"), at("2026-03-23T09:00")),
    ]


def test_a_calendar_is_a_file_that_programs_read() -> None:
    """Lines end with CRLF and have 75 bytes at most, and what would part a value is escaped."""
    why = "초과 근무; lunch, dinner\nand " + "더 " * 40
    event = Event("u1@surgeline", at("2026-03-21T17:00"), at("2026-03-21T21:00"), why)
    text = calendar("On call: Mina", [event], now=at("2026-03-20"))
    lines = text.split("\r\n")
    assert (lines[0], lines[-2:]) == ("BEGIN:VCALENDAR", ["END:VCALENDAR", ""])
    assert all(len(line.encode()) <= 75 for line in lines)
    whole = text.replace("\r\n ", "")
    assert "SUMMARY:초과 근무\\; lunch\\, dinner\\nand 더" in whole
    assert "DTSTART:20260321T170000Z\r\nDTEND:20260321T210000Z" in whole
    assert "\n" not in text.replace("\r\n", "")
