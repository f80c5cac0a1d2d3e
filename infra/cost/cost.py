"""Messages and idle months are priced by the template, counted calls, a profile and list prices.

Every part is kept apart, so that a figure can be checked. The messages are answers of the bot on a
signed channel, from the HTTP request to the delivered reply.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from surgeline.knowledge.answering.index import LEXICAL, TIERS

from infra.cost.profile import HERE, Profile
from infra.prices.embeddings import embedding_usd_a_million
from infra.prices.list_prices import PRICES
from infra.prices.picks import usd_a_million

CALLS = HERE / "calls.json"
TEMPLATE = HERE / "template.json"

MILLION = 1_000_000
GIGABYTE = 10**9
REREAD_SECONDS = 5
LOG_EVENT_BYTES = 26
"""CloudWatch adds so many bytes to each line."""

# An event source mapping keeps asking: five pollers, each waiting 20 seconds, at any hour.
POLLS_PER_MONTH = 5 * 3 * 60 * 24 * 30
STORED_GB = 0.1
MINUTES_PER_MONTH = 60 * 24 * 30

# A run that finds nothing to do: assumptions, as a profile's times are.
ENCODING_MILLISECONDS = {"static": 2, "sentence": 8}
"""The time that a tier's encoders add to a message: an assumption, as a profile's times are.

It is twice what `benchmarks answers` measures, because a gigabyte has little more than half a core.
"""
PROCESSORS = {"sentence": "x86_64"}
"""The processors of a tier's deployment, where they are not arm64."""
SCHEDULED_RUN_MILLISECONDS = 200
SCHEDULED_RUN_READ_UNITS = 2
SCHEDULED_RUN_UNITS = {"minute": (12, 1)}
"""The units that a run reads and writes, where it is not the usual."""


@dataclass(frozen=True, slots=True)
class Bill:
    """Dollars by part."""

    parts: dict[str, float] = field(default_factory=dict)

    @property
    def total(self) -> float:
        """Return all parts together."""
        return sum(self.parts.values())


def per_million(
    profile: Profile, tier: str = LEXICAL, picker: str = "", embedder: str = ""
) -> Bill:
    """Return the cost of a million messages that the bot answers with a tier.

    `picker` is the model that picks among candidates, and `embedder` the one that turns texts into
    vectors, if there are any.
    """
    calls, prices, template = _json(CALLS), _json(PRICES), _json(TEMPLATE)
    counted = _calls_a_message(calls["functions"], profile.batch)
    actions = sum(counted.values(), Counter[str]())
    bill = Bill()
    bill.parts["HTTP API"] = prices["http_api_request"]
    bill.parts["SQS"] = prices["sqs_fifo_request"] * _of_service(actions, "sqs")
    bill.parts["DynamoDB writes"] = prices["dynamodb_write_unit"] * _units(
        actions, calls["write_units"]
    )
    of_conversation = _units(Counter(calls["per_conversation"]), calls["write_units"])
    bill.parts["Outcome records"] = (
        prices["dynamodb_write_unit"] * of_conversation / profile.messages_per_conversation
    )
    bill.parts["DynamoDB reads"] = prices["dynamodb_read_unit"] * _units(
        actions, calls["read_units"]
    )
    bill.parts["Lambda requests"] = prices["lambda_request"] * _invocations(calls, profile.batch)
    bill.parts["Lambda time"] = prices[_gb_second(tier)] * _gb_seconds(
        profile, template["memory_mb"], ENCODING_MILLISECONDS.get(tier, 0)
    )
    bill.parts["S3 reads"] = prices["s3_get"] * _configuration_reads(calls, profile)
    bill.parts["Logs"] = prices["log_gb"] * _log_gigabytes(profile)
    parts = {name: dollars * MILLION for name, dollars in bill.parts.items()}
    if picker:
        parts[f"Picks of {picker}"] = usd_a_million(picker)
    if embedder:
        parts[f"Vectors of {embedder}"] = embedding_usd_a_million(embedder)
    return Bill(parts)


def per_thousand_handed_over(profile: Profile) -> Bill:
    """Return the cost of a thousand conversations that a pool took, answered once and closed.

    The customer asks for a person and writes once more. Nothing shares a batch.
    """
    counted, prices, template = _json(CALLS)["handed_over"], _json(PRICES), _json(TEMPLATE)
    actions = sum((Counter(each) for each in counted["calls"].values()), Counter[str]())
    seconds = {name: ms / 1000 for name, ms in profile.billed_milliseconds.by_name().items()}
    seconds["delivery_worker"] += profile.reply_milliseconds / 1000
    usual = seconds["conversation_worker"]
    runs: Mapping[str, int] = counted["invocations"]
    memory = template["memory_mb"]
    time = sum(n * seconds.get(name, usual) * memory[name] / 1024 for name, n in runs.items())
    parts = {
        "HTTP API": prices["http_api_request"] * counted["requests"],
        "SQS": prices["sqs_fifo_request"] * _of_service(actions, "sqs"),
        "DynamoDB writes": prices["dynamodb_write_unit"] * _units(actions, counted["write_units"]),
        "DynamoDB reads": prices["dynamodb_read_unit"] * _units(actions, counted["read_units"]),
        "Lambda requests": prices["lambda_request"] * sum(runs.values()),
        "Lambda time": prices[_gb_second(LEXICAL)] * time,
    }
    return Bill({name: 1_000 * dollars for name, dollars in parts.items()})


def idle_month(summary: Mapping[str, Any] | None = None, tier: str = LEXICAL) -> Bill:
    """Return the cost of a month in which nobody writes, after the always-free tier.

    `summary` is that of another template than the product's. `tier` compares the texts.
    """
    prices, template = _json(PRICES), summary or _json(TEMPLATE)
    free = prices["always_free"]
    polls = POLLS_PER_MONTH * template["event_source_mappings"]
    return Bill(
        {
            "SQS polling": prices["sqs_fifo_request"] * max(0, polls - free["sqs_requests_month"]),
            "Alarms": prices["alarm_month"] * max(0, template["alarms"] - free["alarms"]),
            "Dashboards": prices["dashboard_month"]
            * max(0, template["dashboards"] - free["dashboards"]),
            "Scheduled runs": _scheduled_runs(template, prices, prices[_gb_second(tier)]),
            "Packages and artifacts in S3": prices["s3_gb_month"] * STORED_GB,
        }
    )


def report(
    messages: int, profile: Profile, tier: str = LEXICAL, picker: str = "", embedder: str = ""
) -> dict[str, object]:
    """Return what `surgeline cost` prints as JSON."""
    million, idle = per_million(profile, tier, picker, embedder), idle_month(tier=tier)
    handed_over = per_thousand_handed_over(profile)
    return {
        "profile": profile.name,
        "tier": tier,
        "picker": picker or None,
        "embedder": embedder or None,
        "messages": messages,
        "month_usd": round(million.total * messages / MILLION + idle.total, 2),
        "per_million_usd": round(million.total, 2),
        "per_million_parts_usd": {name: round(each, 3) for name, each in million.parts.items()},
        "per_thousand_handed_over_usd": round(handed_over.total, 3),
        "per_thousand_handed_over_parts_usd": {
            name: round(each, 4) for name, each in handed_over.parts.items()
        },
        "idle_month_usd": round(idle.total, 2),
        "idle_month_parts_usd": {name: round(each, 3) for name, each in idle.parts.items()},
        "tiers": tiers(profile),
        "prices": {name: _json(PRICES)[name] for name in ("region", "date", "source")},
    }


def tiers(profile: Profile) -> dict[str, dict[str, float]]:
    """Return what a million messages and an idle month cost with each tier."""
    return {
        tier: {
            "per_million_usd": round(per_million(profile, tier).total, 2),
            "idle_month_usd": round(idle_month(tier=tier).total, 2),
        }
        for tier in TIERS
    }


def summarised(resources: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of a template that a bill needs. A test compares template.json with it."""
    kinds = Counter(each["Type"] for each in resources.values())
    functions = [
        each["Properties"] for each in resources.values() if each["Type"] == "AWS::Lambda::Function"
    ]
    return {
        "alarms": kinds["AWS::CloudWatch::Alarm"],
        "dashboards": kinds["AWS::CloudWatch::Dashboard"],
        "event_source_mappings": kinds["AWS::Lambda::EventSourceMapping"],
        "functions": len(functions),
        "queues": kinds["AWS::SQS::Queue"],
        "scheduled_runs_month": _scheduled_runs_month(resources),
        "memory_mb": {
            each["FunctionName"].partition("-")[2].partition("-")[2].replace("-", "_"): each[
                "MemorySize"
            ]
            for each in functions
        },
    }


# ---------------------------------------------------------------- private


def _gb_second(tier: str) -> str:
    """Return the name of the price of the processors that a tier's deployment runs on."""
    return f"lambda_gb_second_{PROCESSORS.get(tier, 'arm64')}"


def _json(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(path.read_text())
    return read


def _scheduled_runs_month(resources: Mapping[str, Any]) -> dict[str, int]:
    """Return how often the clock wakes each function in a month of thirty days."""
    runs: Counter[str] = Counter()
    for each in resources.values():
        expression = each.get("Properties", {}).get("ScheduleExpression")
        if expression is not None:
            minutes = int(expression.removeprefix("rate(").partition(" ")[0])
            for target in each["Properties"]["Targets"]:
                runs[target["Id"]] += MINUTES_PER_MONTH // minutes
    return dict(sorted(runs.items()))


def _scheduled_runs(
    template: Mapping[str, Any], prices: Mapping[str, Any], gb_second: float
) -> float:
    """Return the cost of the clock's runs: its events, what Lambda bills of them, and their reads.

    Each event is priced as a custom one, which is the most that EventBridge takes for it.
    """
    runs: Mapping[str, int] = template["scheduled_runs_month"]
    number, free = sum(runs.values()), prices["always_free"]
    gb_seconds = sum(
        each * SCHEDULED_RUN_MILLISECONDS / 1000 * template["memory_mb"][name] / 1024
        for name, each in runs.items()
    )
    usual = (SCHEDULED_RUN_READ_UNITS, 0)
    units = [(each, SCHEDULED_RUN_UNITS.get(name, usual)) for name, each in runs.items()]
    read_units = sum(each * reads for each, (reads, _) in units)
    write_units = sum(each * writes for each, (_, writes) in units)
    return float(
        prices["eventbridge_event"] * number
        + prices["lambda_request"] * max(0, number - free["lambda_requests_month"])
        + gb_second * max(0, gb_seconds - free["lambda_gb_seconds_month"])
        + prices["dynamodb_read_unit"] * read_units
        + prices["dynamodb_write_unit"] * write_units
    )


def _calls_a_message(
    functions: Mapping[str, Mapping[str, list[str]]], batch: int
) -> dict[str, Counter[str]]:
    """Return the calls of a message.

    They may be fractions, because messages share a batch's calls.
    """
    counted = {}
    for name, calls in functions.items():
        count: Counter[str] = Counter(calls["per_message"])
        for action in calls["per_batch"]:
            count[action] += 1 / batch  # type: ignore[assignment] # a share of a call
        counted[name] = count
    return counted


def _of_service(actions: Counter[str], service: str) -> float:
    return float(sum(actions[each] for each in actions if each.startswith(f"{service}:")))


def _units(actions: Counter[str], units: Mapping[str, int]) -> float:
    return sum(actions[action] * count for action, count in units.items())


def _invocations(calls: Mapping[str, Any], batch: int) -> float:
    return sum(1 / batch if each["per_batch"] else 1 for each in calls["functions"].values())


def _gb_seconds(profile: Profile, memory_mb: Mapping[str, int], encoding: float) -> float:
    seconds = {name: ms / 1000 for name, ms in profile.billed_milliseconds.by_name().items()}
    seconds["conversation_worker"] += encoding / 1000
    seconds["delivery_worker"] += profile.reply_milliseconds / 1000 / profile.batch
    return sum(each * memory_mb[name] / 1024 for name, each in seconds.items())


def _configuration_reads(calls: Mapping[str, Any], profile: Profile) -> float:
    """Return the reads of processes that look for newer configuration, at most once a message."""
    share = min(1.0, 1 / (REREAD_SECONDS * profile.messages_per_process_second))
    reads: Mapping[str, int] = calls["configuration_reads"]
    return share * sum(reads.values())


def _log_gigabytes(profile: Profile) -> float:
    lines = profile.log_bytes.by_name().values()
    return sum(each + LOG_EVENT_BYTES for each in lines) / GIGABYTE
