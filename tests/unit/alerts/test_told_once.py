"""Subscribers are told under the same ids, whenever a process dies between sending and noting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from surgeline.adapters.system_texts import lead_words
from surgeline.application.alerts.alerts import Alerts
from surgeline.application.configuration import Configuration
from surgeline.application.copies import copies_of
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.ports.notebook import Page
from surgeline.application.ports.refusals import Changed
from surgeline.application.subscriptions.send_reports import SendReports
from surgeline.application.subscriptions.tell_alerts import TellAlerts
from surgeline.domain.alerts.subscription import Subscription
from surgeline.domain.ids import conversation_id
from surgeline.domain.times import rfc3339
from surgeline.errors import Unavailable
from surgeline.reports.days import Span

from tests.unit.memory_ledger import MemoryLedger

THREAD = "thread"
HOUR = 3_600_000
NOON = 1_772_366_400_000  # 2026-03-01T12:00:00Z
SUBSCRIPTION = Subscription(
    id="bi", kind="webhook", url="https://bi.example/", subjects=("alerts", "daily")
)
CONFIGURATION = Configuration(subscriptions=(SUBSCRIPTION,))


@dataclass
class Clock:
    """Stands until it is moved."""

    at: int = NOON

    def now(self) -> int:
        return self.at


@dataclass
class Notebook:
    """Pages in memory. While it `fails` no page is written."""

    pages: dict[str, Page] = field(default_factory=dict)
    fails: bool = False

    def read(self, name: str) -> Page:
        return self.pages.get(name, Page())

    def write(self, name: str, body: bytes, *, after: Page) -> Page:
        if self.fails:
            raise Unavailable("the process dies here")
        if self.read(name) != after:
            raise Changed(name)
        self.pages[name] = Page(body, after.version + 1)
        return self.pages[name]


@dataclass
class World:
    """The two use cases over one notebook, and what was put into the queue."""

    clock: Clock = field(default_factory=Clock)
    notebook: Notebook = field(default_factory=Notebook)
    sent: list[Delivery] = field(default_factory=list)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)

    def send(self, deliveries: Sequence[Delivery]) -> None:
        self.sent += deliveries

    @property
    def alerts(self) -> Alerts:
        return Alerts(self.notebook, self.clock)

    def tell(self) -> None:
        TellAlerts(self.alerts, self.send, lead_words, self.clock)(CONFIGURATION)

    def report(self) -> None:
        ports = (lead_words, self.clock, self.ledger)
        SendReports(self.notebook, read, self.send, *ports)(CONFIGURATION)

    def ids(self) -> list[str]:
        return [each.id for each in self.sent]


def read(name: str, span: Span, configuration: Configuration, *, texts: bool) -> Mapping[str, Any]:
    """Return a report of a few fields."""
    del configuration, texts
    day = span.days[0].date.isoformat()
    told = {"report": name, "from": day, "to": day, "zone": "UTC", "as_of": "", "finding": "Fine."}
    shown = {"topic": "a", "conversations": [conversation_id(THREAD, 1)], "samples": ["Where?"]}
    return told | {"topics": [shown, {"topic": "b", "conversations": [conversation_id("t", 1)]}]}


def test_an_alert_is_told_again_under_its_id_and_then_no_more() -> None:
    """The queue has both messages under one id, which it takes once."""
    world = World()
    world.alerts.raise_("spike", "Many ask.", "urgent")
    world.notebook.fails = True
    with pytest.raises(Unavailable):
        world.tell()
    world.notebook.fails = False
    world.tell()
    world.tell()
    first, again = world.ids()
    assert first == again


def test_a_report_is_sent_again_under_its_id_and_then_no_more() -> None:
    """Its id follows from the subscription and the time at which it was due."""
    world = World()
    world.report()
    assert world.sent == []
    world.clock.at += 21 * HOUR
    world.notebook.fails = True
    with pytest.raises(Unavailable):
        world.report()
    world.notebook.fails = False
    world.report()
    world.report()
    first, again = world.ids()
    assert first == again
    [copy] = copies_of(world.ledger, [THREAD, "t"], now=world.clock.at)
    assert copy == {"kind": "report", "name": "bi", "at": rfc3339(world.clock.at)}
    assert copies_of(world.ledger, ["t"], now=world.clock.at) == []
    world.clock.at += 24 * HOUR
    world.report()
    assert len({*world.ids()}) == 2
    [copy] = copies_of(world.ledger, [THREAD], now=world.clock.at)
    assert copy["at"] == rfc3339(world.clock.at)


def test_a_raised_and_a_cleared_alert_are_two_deliveries_in_one_order() -> None:
    """Both belong to the subscriber's group, and their ids differ."""
    world = World()
    world.alerts.raise_("spike", "Many ask.", "urgent")
    world.alerts.clear("spike")
    world.tell()
    assert [each.event for each in world.sent] == ["alert.raised", "alert.cleared"]
    assert len({each.id for each in world.sent}) == 2
    assert len({each.group for each in world.sent}) == 1


def test_nobody_to_tell_forgets_the_news() -> None:
    """A later subscriber is not told of what was over before."""
    world = World()
    world.alerts.raise_("spike", "Many ask.", "urgent")
    TellAlerts(world.alerts, world.send, lead_words, world.clock)(Configuration())
    world.tell()
    assert world.sent == []
