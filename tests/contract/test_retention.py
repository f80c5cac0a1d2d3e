"""The embedded home forgets what AWS forgets, on the same day."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from surgeline.adapters.aws.conversation_store import _head_item
from surgeline.application.ports.board import SeatClaim
from surgeline.application.ports.desk import Case, Presence
from surgeline.application.ports.queues import Outgoing
from surgeline.application.ports.retention import Days, days_of
from surgeline.application.ports.staff import Act, Pass
from surgeline.application.ports.waitlist import Waiting

from local.engine.retention import AT_ONCE, SqliteRetention
from tests.contract.aws_home import moto_home
from tests.contract.embedded import EmbeddedHome
from tests.contract.examples import (
    NOON,
    THREAD,
    attempt,
    customer_wrote,
    offer,
    record,
    sent,
    thread,
)
from tests.contract.test_outcomes import opened, outcome

DAY = 86_400_000


def keep(home: EmbeddedHome, thread_id: str, *ages_days: int) -> None:
    """Commit a record for each age, the oldest first."""
    for number, age in enumerate(ages_days):
        seq = 2 * number + 1
        written = record(seq, customer_wrote(f"m{number}", thread_id=thread_id))
        state = thread(seq=seq + 1, thread_id=thread_id)
        home.store.commit(replace(written, at=NOON - age * DAY), state, expected_seq=seq - 1)


def sweep(home: EmbeddedHome, queues: object = ()) -> int:
    return SqliteRetention(home.database, queues).sweep(NOON)  # type: ignore[arg-type] # a few queues


def kept(home: EmbeddedHome, thread_id: str) -> list[int]:
    return [each.seq for each in home.store.records(thread_id)]


def test_records_are_kept_as_long_as_on_aws(embedded: EmbeddedHome) -> None:
    """Records are kept for 400 days, and a thread's last records as long as the thread, for 430."""
    keep(embedded, "old", 500, 440, 431)
    keep(embedded, "between", 500, 401)
    keep(embedded, "young", 500, 401, 399)
    assert sweep(embedded) == 6
    assert kept(embedded, "old") == []
    assert embedded.store.thread("old") is None
    assert (kept(embedded, "between"), kept(embedded, "young")) == ([3], [5])
    assert embedded.store.thread("between") is not None
    assert sweep(embedded) == 0


def test_more_than_one_transaction_takes_are_swept(embedded: EmbeddedHome) -> None:
    """A large home is swept whole, a few hundred rows at a time."""
    keep(embedded, THREAD, *[500] * (AT_ONCE + 10), 1)
    assert sweep(embedded) == AT_ONCE + 10
    assert kept(embedded, THREAD) == [2 * (AT_ONCE + 10) + 1]


def test_offers_deliveries_and_seats_are_kept_as_long_as_on_aws(embedded: EmbeddedHome) -> None:
    """Offers and deliveries are kept for 90 days, and a seat that is still taken stays."""
    for age in (91, 89):
        at = NOON - age * DAY
        embedded.offers.create(offer(f"o{age}", expires_at=at))
        embedded.delivery_log.record_attempt(
            sent(f"d{age}", at=at), attempt(at=at, outcome="ok"), None
        )
        embedded.waitlist.join(Waiting("t", f"w{age}", 0, at), ["north"])
        for state in ("taken", "used"):
            claim = SeatClaim(f"{state}{age}", "north", "2026-01-01", at)
            assert embedded.pool_board.claim(claim)
        embedded.pool_board.release(f"used{age}", "north", used=True, at=at)
    assert sweep(embedded) == 5
    assert (embedded.offers.read("o91"), embedded.offers.read("o89") is None) == (None, False)
    assert embedded.delivery_log.find([sent("d91", at=NOON - 91 * DAY).place]) == []
    assert embedded.pool_board.loads({"north": "2026-01-01"})["north"].taken == 2
    assert (embedded.waitlist.waiting("north"), embedded.waitlist.backlog()) == (1, 1)


def test_outcomes_are_kept_as_long_as_the_logs_that_know_of_them(embedded: EmbeddedHome) -> None:
    """An outcome is kept for 400 days from the opening, whenever the conversation ended."""
    for age in (401, 399):
        at = NOON - age * DAY
        embedded.outcomes.add(opened(f"t{age}", at=at))
        embedded.outcomes.add(outcome(f"t{age}", at=at))
    assert sweep(embedded) == 2
    [left] = embedded.outcomes.find(0, NOON)
    assert (left.place[0], left.has_ended) == (NOON - 399 * DAY, True)


def test_what_staff_did_is_kept_as_long_as_on_aws(embedded: EmbeddedHome) -> None:
    """Acts are kept for 400 days, cases for 90, presences for one, and passes until they end."""
    for age in (401, 399, 91, 89, 2):
        at = NOON - age * DAY
        embedded.acts.keep(Act(f"a{age}", at, "key:local", "pool.paused"))
        embedded.staff.keep(Pass(f"{age:02x}", "session", "u", 1, at, at + DAY))
        embedded.desk.sit(Presence("north", f"u{age}", "here", at))
        case = Case("north", f"{THREAD}-{age}", "o", 1, "offered", at, at, "customer_asked")
        embedded.desk.lay(case)
    embedded.staff.keep(Pass("ff", "session", "u", 1, NOON - DAY, NOON + 1))
    assert sweep(embedded) == 1 + 5 + 5 + 3
    assert [each.id for each in embedded.acts.find(0, NOON)] == ["a2", "a89", "a91", "a399"]
    assert len(embedded.desk.cases("north")) == 2
    assert embedded.staff.find("ff") is not None


def test_dead_letters_are_kept_as_long_as_on_aws(embedded: EmbeddedHome) -> None:
    """Two weeks, as SQS keeps them at most."""
    queue = embedded.queue()
    embedded.clock.advance(-15 * 86_400)
    queue.bury([Outgoing("old", group="g", dedup_id="1")])
    embedded.clock.advance(2 * 86_400)
    queue.bury([Outgoing("young", group="g", dedup_id="2")])
    assert sweep(embedded, [queue]) == 1
    assert [letter.body for letter in embedded.dead_letters.list()] == ["young"]


def test_a_new_home_has_nothing_to_sweep(embedded: EmbeddedHome) -> None:
    """An empty file is swept in no time."""
    assert sweep(embedded, [embedded.queue()]) == 0


def test_on_aws_each_item_ends_on_the_day_when_the_embedded_home_deletes_it(
    tmp_path: Path,
) -> None:
    """DynamoDB deletes offers, deliveries, outcomes, waits and seats after the same days."""
    with moto_home(tmp_path) as home:
        at = home.clock.now()
        home.offers.create(offer("o", expires_at=at))
        home.delivery_log.record_attempt(sent("d", at=at), attempt(at=at, outcome="ok"), None)
        home.outcomes.add(opened("t", at=at))
        home.outcomes.add(outcome("t", at=at))
        home.waitlist.join(Waiting("t", "w", 0, at), ["north"])
        assert home.pool_board.claim(SeatClaim("s", "north", "2026-01-01", at))
        home.pool_board.release("s", "north", used=True, at=at)
        found = home.clients.dynamodb().scan(TableName=home.prefix)["Items"]
    kinds = {"delivery": 90, "offer": 90, "outcome": 400, "waitlist": 90, "waitcount": 90}
    ends = [
        (kind, (int(each["expires"]["N"]) - at // 1000) / 86_400)
        for each in found
        if (kind := each["pk"]["S"].partition("#")[0]) in kinds
    ]
    assert dict(ends) == kinds
    assert {days for kind, days in ends} == {90, 400}


def test_a_company_keeps_data_for_a_shorter_time_in_both_homes(embedded: EmbeddedHome) -> None:
    """The times of the setting are swept here, and are the items' own ends on AWS."""
    keep(embedded, "old", 70, 61)
    keep(embedded, "young", 29)
    sent_then = sent(at=NOON - 20 * DAY)
    embedded.delivery_log.record_attempt(sent_then, attempt(outcome="ok"), "delivered")
    days = days_of("records=30, deliveries=14")
    assert SqliteRetention(embedded.database, (), days).sweep(NOON) == 3
    assert embedded.store.thread("old") is None
    assert kept(embedded, "young") == [1]
    head = _head_item(record(1), thread(seq=2), days)
    ends = datetime.fromtimestamp(int(head["expires"]["N"]), UTC)
    assert ends - datetime.fromtimestamp(NOON / 1000, UTC) == timedelta(days=60)


@pytest.mark.parametrize(
    "text",
    ["records=401", "records=29", "mails=0", "mails=x", "mails", "offers=9", "records=99999"],
)
def test_a_time_that_is_too_long_or_too_short_is_refused(text: str) -> None:
    """The sentence says what is accepted."""
    with pytest.raises(ValueError, match="records=30 to 400, deliveries=14 to 90, mails=1 to 90"):
        days_of(f"deliveries=20 {text}")


def test_without_a_setting_all_is_kept_as_usual() -> None:
    """One class may be set alone."""
    assert days_of("") == Days()
    assert days_of("mails=30") == Days(mails=30)
    assert (Days().threads, days_of("records=100").threads) == (430, 130)
