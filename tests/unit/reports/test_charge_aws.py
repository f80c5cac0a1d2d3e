"""The estimate of AWS as a part of the company's budget, minute by minute."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from surgeline.application.configuration import Configuration, ReportSettings
from surgeline.application.ports.notebook import Page
from surgeline.application.ports.outcomes import Outcomes
from surgeline.application.reports import charge_aws
from surgeline.application.reports.charge_aws import ChargeAws
from surgeline.domain.outcome import Opened
from surgeline.reports.report import AwsPrice

from local.home.backend import EmbeddedBackend, open_home
from local.virtual.clock import VirtualClock

MINUTE = 60_000
MIDNIGHT = 1_769_871_600_000  # 2026-02-01T00:00 in Seoul, where it is still January in UTC
JANUARY, FEBRUARY = "2026-01-31", "2026-02-01"
REPORTS = ReportSettings(zone="Asia/Seoul", daily_budget=100, usd_rate=2)
COMPANY = Configuration(reports=REPORTS)


@dataclass
class Company:
    """A home whose day costs 5 dollars, and each conversation one, at two of its money."""

    home: EmbeddedBackend
    clock: VirtualClock

    def minute(self, configuration: Configuration = COMPANY, **instead: Any) -> list[int]:
        """Count once, and return what both days have cost so far."""
        parts = {
            "notebook": self.home.notebook(),
            "outcomes": self.home.outcomes(),
            "board": self.home.pool_board(),
            "price": lambda rate: AwsPrice(per_conversation=rate, per_day=5 * rate),
            "clock": self.clock,
        }
        ChargeAws(**(parts | instead))(configuration)
        return [round(self.home.pool_board().spent(day) / 1e6) for day in (JANUARY, FEBRUARY)]

    def write(self, *minutes: int) -> None:
        """Let a customer write so many minutes after midnight."""
        kept = self.home.outcomes()
        for number, minute in enumerate(minutes):
            at = MIDNIGHT + minute * MINUTE
            name = f"tc{number}at{minute}-1"
            opened = {"channel_id": "web", "language": "en", "opened_at": at, "at": at}
            kept.add(Opened(conversation_id=name, **opened))


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """Return the company an hour before midnight."""
    clock = VirtualClock(MIDNIGHT - 60 * MINUTE)
    return Company(open_home(tmp_path / "home", clock=clock), clock)


def test_each_conversation_counts_once_on_its_day(company: Company) -> None:
    """A repeated minute adds nothing, young ones count later, and a new month begins anew."""
    company.write(-90, -90, -70)
    assert company.minute() == [14, 0]
    assert company.minute() == [14, 0]
    company.clock.at = MIDNIGHT - 50 * MINUTE
    assert company.minute() == [16, 0]
    company.clock.at = MIDNIGHT + MINUTE
    company.write(0, 0, 14)
    assert company.minute() == [16, 10], "the day itself costs something before anybody wrote"
    company.clock.at = MIDNIGHT + 16 * MINUTE
    assert company.minute() == [16, 14]
    company.clock.at = MIDNIGHT + 40 * MINUTE
    assert company.minute() == [16, 16]


def test_two_minutes_at_once_count_the_same(company: Company) -> None:
    """Another minute that has counted between reading and writing takes nothing of the sum."""
    company.write(-90, -80)
    board = company.home.pool_board()

    class Slower:
        """The notebook of a minute that another one overtakes."""

        def read(self, name: str) -> Page:
            page = company.home.notebook().read(name)
            company.minute()
            return page

        write = company.home.notebook().write

    assert company.minute(notebook=Slower()) == [14, 0]
    company.write(-78)
    assert company.minute() == [16, 0]
    assert board.spent(JANUARY) == 16_000_000


def test_without_a_budget_nothing_is_read(company: Company) -> None:
    """A budget that comes back counts the whole day, and a cheaper dollar takes nothing back."""
    company.write(-90)
    assert company.minute() == [12, 0]
    company.write(-80, -80)
    nothing: Outcomes | None = None
    assert company.minute(Configuration(), outcomes=nothing, notebook=None) == [12, 0]
    assert company.minute() == [16, 0]
    assert company.minute(replace(COMPANY, reports=replace(REPORTS, usd_rate=1))) == [16, 0]
    assert company.minute(replace(COMPANY, reports=replace(REPORTS, usd_rate=4))) == [32, 0]


def test_what_a_surge_leaves_is_counted_after_it(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A minute counts a bounded number, and the next one goes on there."""
    monkeypatch.setattr(charge_aws, "AT_ONCE", 2)
    monkeypatch.setattr(charge_aws, "PAGES", 2)
    company.write(*[-90] * 9)
    assert [company.minute()[0] for _ in range(4)] == [18, 26, 28, 28]
