"""A number that can't be read leaves all alerts that it is behind as they are."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from surgeline.adapters.system_texts import lead_words
from surgeline.application.alerts.alerts import Alerts
from surgeline.application.configuration import Configuration
from surgeline.application.ports.condition import Backlog
from surgeline.application.ports.notebook import Page
from surgeline.application.reports.live_state import LiveState
from surgeline.application.watch import lapses as listed
from surgeline.application.watch.lapses import Lapsed, Lapses
from surgeline.application.watch.watch import RULES_OF, Watch
from surgeline.domain.alerts.rules import BY_NAME
from surgeline.domain.effects import Lapse
from surgeline.errors import Unavailable

NOON = 1_772_366_400_000  # 2026-03-01T12:00:00Z
ALL: tuple[Lapse, ...] = ("promise_broken", "callback_missed", "reply_undelivered")


@dataclass
class Home:
    """Pages in memory, of which one may not be read, and queues that are empty."""

    pages: dict[str, Page] = field(default_factory=dict)
    unread: str = ""
    alarms: list[dict[str, Any]] = field(default_factory=list)

    def read(self, name: str) -> Page:
        if name == self.unread:
            raise Unavailable("the page can't be read")
        return self.pages.get(name, Page())

    def write(self, name: str, body: bytes, *, after: Page) -> Page:
        self.pages[name] = Page(body, after.version + 1)
        return self.pages[name]

    def now(self) -> int:
        return NOON

    def backlogs(self) -> tuple[Backlog, ...]:
        return ()

    def count(self) -> int:
        return 0

    def alarm(self, message: str, **about: Any) -> None:
        self.alarms.append({"message": message, **about})


@pytest.fixture
def home() -> Home:
    """Return a home whose list of lapses has one of each kind."""
    made = Home()
    for what in ALL:
        Lapses(made).add(Lapsed(f"c-{what}", what, due_at=NOON, at=NOON))
    return made


def watched(home: Home) -> set[str]:
    """Let a minute pass, and return the alerts that stand."""
    alerts = Alerts(home, home)
    watch = Watch(
        alerts=alerts,
        notebook=home,
        inspection=home,  # type: ignore[arg-type] # only the backlogs are asked for
        letters=home,  # type: ignore[arg-type] # only their count is asked for
        mails=list,
        spikes=dict,
        unreached=list,
        unasked=list,
        words=lead_words,
        alarm=home.alarm,
    )
    watch(LiveState(at=NOON, waiting=0, pools=(), last_hour={}), Configuration())
    return set(alerts.book().standing)


def test_alerts_of_lapses_stand_while_the_list_can_t_be_read(home: Home) -> None:
    """Nothing is cleared and raised again, and the log names the list."""
    assert watched(home) == set(ALL)
    before = Alerts(home, home).book().untold
    home.unread = listed.PAGE
    assert watched(home) == set(ALL)
    assert Alerts(home, home).book().untold == before
    assert home.alarms == [{"message": "not_read", "number": "lapses", "error": "Unavailable"}]
    home.unread = ""
    for what in ALL:
        Lapses(home).end(f"c-{what}", what)
    assert watched(home) == set()


def test_a_source_of_several_numbers_names_rules_that_exist() -> None:
    """Each rule is read by one source."""
    named = [rule for rules in RULES_OF.values() for rule in rules]
    assert len(named) == len(set(named))
    assert set(named) <= set(BY_NAME)
