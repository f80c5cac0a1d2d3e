"""Every report has one line here: its name, and the module that has its REPORT."""

from collections.abc import Mapping
from importlib import import_module
from typing import Final

from surgeline.reports.report import Report

REPORTS: Final[Mapping[str, str]] = {
    "daily": "surgeline.reports.named.daily",
    "digest": "surgeline.reports.named.digest",
    "fcr": "surgeline.reports.named.fcr",
    "ledger": "surgeline.reports.named.ledger",
    "pools": "surgeline.reports.named.pools",
    "agents": "surgeline.reports.named.agents",
    "contacts": "surgeline.reports.named.contacts",
    "transfers": "surgeline.reports.named.transfers",
    "skills": "surgeline.reports.named.skills",
    "value": "surgeline.reports.named.value",
    "automation": "surgeline.reports.named.automation",
    "spend": "surgeline.reports.named.spend",
    "articles": "surgeline.reports.named.articles",
    "satisfaction": "surgeline.reports.named.satisfaction",
    "spikes": "surgeline.reports.named.spikes",
    "wait-estimates": "surgeline.reports.named.wait_estimates",
    "callbacks": "surgeline.reports.named.callbacks",
}


def report_named(name: str) -> Report:
    """Return the report of that name. Raises KeyError."""
    found: Report = import_module(REPORTS[name]).REPORT
    return found
