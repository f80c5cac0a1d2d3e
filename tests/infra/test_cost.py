"""The bill and the queues' arithmetic: budgets kept, published figures met, parts that add up."""

import json
import math
from pathlib import Path

import pytest
from click.testing import CliRunner
from surgeline.adapters.aws.embedder import SHAPES
from surgeline.adapters.aws.picker import MOST_TOKENS, SYSTEM, request
from surgeline.application.answers.picks.ask_picker import (
    ANSWER_CHARS,
    QUESTION_CHARS,
    TITLE_CHARS,
)
from surgeline.application.ports.picking import Option
from surgeline.knowledge.answering.index import TIERS
from surgeline.knowledge.answering.picks import MOST_OPTIONS
from surgeline.reports.aws_price import USD_PER_CONVERSATION, USD_PER_DAY

import cli.cost
from infra import topology
from infra.cost import capacity
from infra.cost.cost import (
    PROCESSORS,
    TEMPLATE,
    idle_month,
    per_million,
    per_thousand_handed_over,
    report,
    summarised,
)
from infra.cost.profile import PROFILES, WrongProfile, read_profile
from infra.packages.layout import architecture_of
from infra.prices.embeddings import embedders, embedding_usd_a_million, tokens_for
from infra.prices.picks import (
    MOST_TOKENS_IN,
    MOST_TOKENS_OUT,
    models,
    picks_for,
    usd_a_million,
)
from tests.infra.conftest import Synthesised


def test_the_bill_is_that_of_this_template(synthesised: Synthesised) -> None:
    """template.json equals the template, and `python -m infra.cost.summary` writes it anew."""
    assert json.loads(TEMPLATE.read_text()) == summarised(synthesised.resources)


def test_memory_is_the_topologys() -> None:
    """The bill's functions are the topology's."""
    template = json.loads(TEMPLATE.read_text())
    assert template["memory_mb"] == {each.name: each.memory_mb for each in topology.FUNCTIONS}


@pytest.mark.parametrize(("profile", "budget"), [("one", 11.5), ("full", 7.5)])
def test_a_million_messages_stay_within_their_budget(profile: str, budget: float) -> None:
    """A million messages cost at most 11.50 dollars with a message a batch, and 7.50 with full
    batches, the records for reports included.
    """
    assert 1.0 < per_million(read_profile(profile)).total <= budget


def test_a_model_that_picks_is_a_part_of_the_bill() -> None:
    """It is there only where it is turned on, and a month's picks never cost more than the cap."""
    profile = read_profile("one")
    for model in models():
        with_it, without = per_million(profile, picker=model), per_million(profile)
        assert with_it.parts[f"Picks of {model}"] == pytest.approx(usd_a_million(model))
        assert with_it.total - without.total == pytest.approx(usd_a_million(model))
        price = models()[model]
        longest = price["in"] * MOST_TOKENS_IN + price["out"] * MOST_TOKENS_OUT
        assert 4.9 < picks_for(model, 5) * longest <= 5
        assert picks_for(f"eu.{model}", 5) == picks_for(model, 5)
    assert "Picks" not in json.dumps(report(1, profile))


def test_a_model_of_vectors_is_a_part_of_the_bill() -> None:
    """It is there only where it is turned on, and no text has more tokens than the cap counts."""
    profile = read_profile("one")
    for model, usd in embedders().items():
        with_it, without = per_million(profile, embedder=model), per_million(profile)
        assert with_it.total - without.total == pytest.approx(embedding_usd_a_million(model))
        assert f"Vectors of {model}" in with_it.parts
        assert tokens_for(model, 5) * usd == pytest.approx(5)
    assert set(embedders()) == set(SHAPES)
    assert "Vectors" not in json.dumps(report(1, profile))


def test_the_longest_request_is_the_one_that_the_cap_counts() -> None:
    """A request of the greatest size in Korean has fewer characters than half of the tokens."""
    option = Option("가" * TITLE_CHARS, "나" * ANSWER_CHARS)
    told = json.dumps(request("m", "다" * QUESTION_CHARS, [option] * MOST_OPTIONS)["messages"])
    letters = len(told.encode().decode("unicode_escape"))
    assert 2 * letters + len(SYSTEM) < MOST_TOKENS_IN
    assert MOST_TOKENS == MOST_TOKENS_OUT


@pytest.mark.parametrize("profile", ["one", "full"])
def test_a_better_tier_costs_its_time_and_its_processors(profile: str) -> None:
    """The sentence tier is dearer only by Lambda's time, and its idle month is as cheap."""
    lexical, sentence = (
        per_million(read_profile(profile), tier) for tier in ("lexical", "sentence")
    )
    dearer = {name for name, usd in sentence.parts.items() if usd != lexical.parts[name]}
    assert dearer == {"Lambda time"}
    assert lexical.total < sentence.total < lexical.total + 1.0
    told = report(1, read_profile(profile), "sentence")
    assert told["per_million_usd"] == round(sentence.total, 2)
    tiers = told["tiers"]
    assert isinstance(tiers, dict)
    assert tiers["lexical"]["per_million_usd"] == round(lexical.total, 2)
    assert all(each["idle_month_usd"] < 1.0 for each in tiers.values())
    for tier in TIERS:
        assert PROCESSORS.get(tier, "arm64") == architecture_of(tier)


@pytest.mark.parametrize("profile", ["one", "full"])
def test_the_records_for_reports_cost_little(profile: str) -> None:
    """An opening and an end, shared by the messages of a conversation: at most 0.70 dollars."""
    assert 0 < per_million(read_profile(profile)).parts["Outcome records"] <= 0.70


def test_a_conversation_with_a_person_is_a_bill_of_its_own() -> None:
    """It costs more than an answered message, and is told by `surgeline cost`."""
    profile = read_profile("one")
    found = per_thousand_handed_over(profile)
    assert per_million(profile).total / 1_000 < found.total < 0.10
    assert report(1, profile)["per_thousand_handed_over_usd"] == round(found.total, 3)


def test_an_idle_month_costs_less_than_a_dollar() -> None:
    """An idle month costs less than a dollar after the free tier, with the polling of the
    queues.
    """
    bill = idle_month()
    assert bill.total < 1.0
    assert bill.parts["SQS polling"] > 0, "three mappings poll more than the free million"


def test_the_report_names_its_parts_and_its_prices() -> None:
    """The figures of --json add up and name the source of their prices."""
    told = report(2_000_000, read_profile("one"))
    parts = told["per_million_parts_usd"]
    assert isinstance(parts, dict)
    assert sum(parts.values()) == pytest.approx(told["per_million_usd"], abs=0.01)
    month = 2 * per_million(read_profile("one")).total + idle_month().total
    assert told["month_usd"] == pytest.approx(month, abs=0.01)
    assert told["prices"]["date"]  # type: ignore[index] # a mapping


def test_a_profile_of_ones_own_is_read(tmp_path: Path) -> None:
    """A profile is read from a file as well, and slower replies cost more."""
    slow = json.loads(PROFILES["one"].read_text()) | {"reply_milliseconds": 3000}
    file = tmp_path / "slow.json"
    file.write_text(json.dumps(slow))
    parts = per_million(read_profile(str(file))).parts
    assert parts["Lambda time"] > 10
    with pytest.raises(OSError, match="none"):
        read_profile(str(tmp_path / "none.json"))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"batch": 0}, "batch: must be at least 1"),
        ({"batch": "ten"}, "batch: must be a whole number"),
        ({"messages_per_process_second": 0}, "messages_per_process_second: must be at least 0.001"),
        ({"messages_per_conversation": 0}, "messages_per_conversation: must be at least 0.001"),
        ({"reply_milliseconds": -5}, "reply_milliseconds: must be at least 0"),
        ({"billed_milliseconds": 5}, "billed_milliseconds: must be a JSON object"),
        ({"log_bytes": {}}, "log_bytes.channel_webhook: is missing"),
        ({"batches": 3}, "batches: there is no such field"),
    ],
)
def test_a_wrong_profile_is_told_by_its_fields(
    tmp_path: Path, change: dict[str, object], problem: str
) -> None:
    """Each wrong value of a profile is named with what is accepted there."""
    file = tmp_path / "mine.json"
    file.write_text(json.dumps(json.loads(PROFILES["one"].read_text()) | change))
    with pytest.raises(WrongProfile) as refused:
        read_profile(str(file))
    assert problem in str(refused.value)


@pytest.mark.parametrize(("text", "problem"), [("{", "no JSON"), ("[1]", "the file: must be")])
def test_a_file_that_is_no_profile_is_told(tmp_path: Path, text: str, problem: str) -> None:
    """A file that has no JSON object is refused as a whole."""
    file = tmp_path / "mine.json"
    file.write_text(text)
    with pytest.raises(WrongProfile, match=problem):
        read_profile(str(file))


@pytest.mark.parametrize(
    ("service_seconds", "backlog", "wait"), [(0.2, 320, 2), (1, 2100, 14), (3, 6600, 44)]
)
def test_a_step_to_150_a_second_is_as_published(
    service_seconds: float, backlog: int, wait: int
) -> None:
    """AWS's scaling rules, at one message a batch."""
    found = capacity.step(150, service_seconds)
    assert found.peak_backlog == pytest.approx(backlog, rel=0.03)
    assert found.worst_wait_seconds == pytest.approx(wait, abs=0.5)


def test_capacity_agrees_with_a_simulation() -> None:
    """The formulas against adding up second by second, in small steps."""
    for rate, seconds, batch, limit in (
        (150, 1, 1, 1000),
        (600, 1, 1, 700),
        (90, 3, 2, 1000),
        (400, 2, 1, 900),
    ):
        step = 0.001
        backlog = peak = time = 0.0
        concurrency = 5.0
        while time < 1 or backlog > 0:
            backlog = max(0.0, backlog + step * (rate - concurrency * batch / seconds))
            peak = max(peak, backlog)
            time += step
            concurrency = min(limit, 5 + 5 * time)
        found = capacity.step(rate, seconds, batch=batch, concurrency=limit)
        assert found.peak_backlog == pytest.approx(peak, rel=0.01)
        assert found.drained_seconds == pytest.approx(time, rel=0.01)


def test_what_is_too_much_is_said() -> None:
    """A backlog only grows above the account's concurrency, and nobody waits at five a second."""
    assert capacity.step(10_000, 1).peak_backlog is None
    assert capacity.step(10_000, 1).concurrency_needed == 10_000
    assert capacity.step(5, 1).worst_wait_seconds == 0
    for rate, seconds in ((0, 1), (math.inf, 1), (math.nan, 1), (1, -1), (1e300, 1e300)):
        with pytest.raises(ValueError, match="above zero"):
            capacity.step(rate, seconds)
    assert capacity.step(999, 1).drained_seconds is not None


def test_a_rate_at_the_accounts_limit_never_works_its_backlog_off() -> None:
    """Whoever has just the concurrency that the rate needs keeps up, and the first ones wait on."""
    found = capacity.step(1_000, 1)
    assert (found.concurrency_needed, found.drained_seconds) == (1_000, None)
    assert found.peak_backlog == pytest.approx(99_000, rel=0.01)
    shown = CliRunner().invoke(cli.cost.capacity, ["--rate", "1000", "--service-ms", "1000"])
    assert "the backlog stays" in shown.output


def test_the_report_on_spending_reckons_as_the_command_does() -> None:
    """Its estimate is two messages a conversation at one message a batch, and the idle month."""
    told = report(1_000_000, read_profile("one"))
    assert told["per_million_usd"] == pytest.approx(USD_PER_CONVERSATION / 2 * 1_000_000)
    assert told["idle_month_usd"] == pytest.approx(USD_PER_DAY * 30)
