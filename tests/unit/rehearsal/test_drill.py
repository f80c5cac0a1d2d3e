"""A drill plays a part of a day in the time of a clock, and ends by itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from local.rehearsal.day import Day, WrongDay, day_of
from local.rehearsal.drill import Clock, Drilled, Part, cut, drill, part_of

DAY: Mapping[str, Any] = {
    "title": "A drill",
    "arrivals": [
        {"from": "09:00", "to": "10:00", "contacts": 8},
        {"from": "10:00", "to": "11:00", "contacts": 40},
    ],
    "customers": {"questions": 1, "asks_for_person": 0.5, "turns": 1, "texts": ["Where is it?"]},
    "pools": [{"id": "desk", "shifts": [{"from": "09:00", "to": "11:00", "agents": 3}]}],
}
DAY_OF = day_of(DAY, "the test")


@dataclass(frozen=True)
class Status:
    status: int = 202


@dataclass
class Shop:
    """A system that answers every question, and whose people join at once and then close.

    With `people` false nobody ever joins. With `refuses` the first messages are not taken.
    """

    people: bool = True
    refuses: int = 0
    told: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    wrote: list[tuple[str, int]] = field(default_factory=list)
    numbers: int = 0

    def write(self, sender: str, text: str, number: int) -> Status:
        if self.refuses:
            self.refuses -= 1
            return Status(429)
        self.wrote.append((sender, number))
        if "person" in text:
            self._say(sender, "system", "waiting")
            if self.people:
                self._say(sender, "person", "pool")
        elif "Where" in text:
            self._say(sender, "bot", "bot", article_id="a")
        else:
            self._say(sender, "system", "bot", state="closed")
        return Status()

    def heard(self, sender: str) -> Iterator[Mapping[str, Any]]:
        yield from self.told.pop(sender, [])

    def leave(self, sender: str) -> None:
        self.left.append(sender)

    def _say(
        self, sender: str, speaker: str, owner: str, *, state: str = "open", article_id: str = ""
    ) -> None:
        self.numbers += 1
        message = {"id": self.numbers, "speaker": speaker, "article_id": article_id or None}
        conversation = {"owner": owner, "state": state}
        found = {"sender": sender, "message": message, "conversation": conversation}
        self.told.setdefault(sender, []).append(found)


@dataclass
class Time:
    """A clock that stands still until somebody waits. At `stops_at` the lead presses Ctrl-C."""

    at: float = 1_000.0
    stops_at: float | None = None

    def sleep(self, seconds: float) -> None:
        self.at += seconds
        if self.stops_at is not None and self.at >= self.stops_at:
            self.stops_at = None
            raise KeyboardInterrupt

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.at, self.sleep)


def played(shop: Shop, time: Time, day: Day = DAY_OF, length: int = 30) -> Drilled:
    return drill(day, part_of(day, length), shop, time.clock, seed=7, patience_minutes=10)


def test_the_busiest_part_is_played_unless_a_lead_says_which() -> None:
    """A part has the customers of its minutes alone, in proportion."""
    assert part_of(DAY_OF, 30).begin >= 600
    assert part_of(DAY_OF, 30, begin=555) == Part(555, 30)
    assert [
        (each.begin, each.end, each.contacts) for each in cut(DAY_OF, Part(570, 60)).arrivals
    ] == [
        ("09:30", "10:00", 4),
        ("10:00", "10:30", 20),
    ]
    with pytest.raises(WrongDay, match="nobody comes from 12:00"):
        part_of(DAY_OF, 30, begin=720)


def test_a_drill_ends_once_everybody_is_done() -> None:
    """Customers come within the part, are answered or joined, and nobody is left in a chat."""
    shop, time = Shop(), Time()
    found = played(shop, time)
    assert found.contacts == 20
    assert 30 * 60 <= round(time.at) - 1_000 < 36 * 60
    assert found.answered_by_bot + found.asked_for_person == 20
    assert found.served == found.asked_for_person > 0
    assert (found.service_level, found.untold, found.forgotten, shop.left) == (1.0, 0, 0, [])


def test_who_waits_at_the_end_leaves() -> None:
    """Without people the drill ends all the same, and no chat of a made customer stays open."""
    shop, time = Shop(people=False), Time()
    found = played(
        shop,
        time,
        DAY_OF.model_copy(
            update={"customers": DAY_OF.customers.model_copy(update={"patience_seconds": 86_400})}
        ),
    )
    assert time.at - 1_000 <= 40 * 60 + 2
    assert found.forgotten > 0
    assert len(shop.left) == found.forgotten + found.abandoned


def test_a_stopped_drill_leaves_no_chat_open() -> None:
    """Ctrl-C ends the drill at once, ends the chats, and tells what happened until then."""
    shop, time = Shop(people=False), Time(stops_at=1_000 + 15 * 60)
    found = played(shop, time)
    assert found.was_stopped
    assert 0 < found.contacts < 20
    assert {name for name, _ in shop.wrote} >= set(shop.left)
    assert shop.left


def test_a_message_that_is_refused_is_sent_again() -> None:
    """A busy instance loses no customer of the drill, and the number stays that of the message."""
    shop, time = Shop(refuses=3), Time()
    found = played(shop, time)
    assert (found.refused, found.untold) == (0, 0)
    assert len(shop.wrote) == len(set(shop.wrote)) == found.messages
