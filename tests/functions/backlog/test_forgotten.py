"""An erasure and a withdrawal forget what an older queue brought in, also at a second import."""

from pathlib import Path

import pytest

from local.virtual.shop import CHANNEL, CHANNEL_URL
from tests.functions.backlog.test_backlog import LONG_AGO, act, ticket
from tests.functions.stage import Stage

CHANNELS = [
    {"id": CHANNEL, "kind": "signed", "reply_url": CHANNEL_URL},
    {"id": "mail", "kind": "email"},
]
KIM = "kim@customer.example"
SECRET = "It smells of fish"
FIRST = {"subject": "Fish at 4711", "message_id": "<1@kim>", "name": "Kim Fishmonger"}


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Return the shop with a channel of e-mail."""
    made = Stage(tmp_path)
    made.publish()
    made.configure(channels=CHANNELS)
    return made


def bring(stage: Stage, *tickets: dict[str, object]) -> object:
    """Bring tickets of mails in, and return how many are new."""
    body = {"channel": "mail", "format": "mailbox", "tickets": list(tickets)}
    answer = stage.admin("POST", "/v1/admin/backlogs/old/tickets", body)
    assert answer.status == 202, answer.json
    stage.drain("events")
    stage.clock.advance(1)
    return answer.json["new"]


def mails(stage: Stage) -> list[str]:
    """Return the last names of everything that is kept of mails."""
    return [each.rpartition("/")[2] for each in stage.backend.blobs().keys("mail-kept/")]


@pytest.mark.parametrize("at", [LONG_AGO, None])
def test_a_second_import_brings_no_erased_customer_back(stage: Stage, at: str | None) -> None:
    """What was written before the erasure stays out, also without a date. The rest comes in."""
    said = [{"by": "customer", "text": SECRET} | ({"at": at} if at else {})]
    old = ticket(KIM, "", said=said, **FIRST)
    assert bring(stage, old) == 1
    for _ in range(2):
        stage.admin("POST", "/v1/admin/erasures", {"channel": "mail", "sender": KIM})
        stage.drain("events")
        stage.clock.advance(1)
    assert (bring(stage, old, ticket("lee@customer.example", "Hello")), len(mails(stage))) == (1, 2)
    assert SECRET not in stage.everything_kept()


def test_a_late_event_of_an_older_queue_stays_out(stage: Stage) -> None:
    """Messages that the queue still had at the erasure are as old as their words."""
    body = {"channel": "mail", "format": "mailbox", "tickets": [ticket(KIM, SECRET)]}
    bring(stage, ticket(KIM, "Hello", "first"))
    stage.admin("POST", "/v1/admin/erasures", {"channel": "mail", "sender": KIM})
    stage.clock.advance(1)
    assert stage.admin("POST", "/v1/admin/backlogs/old/tickets", body).status == 202
    stage.drain("events")
    assert SECRET not in stage.everything_kept()


def test_a_withdrawal_forgets_subjects_and_mails(stage: Stage) -> None:
    """Nothing that a ticket said of its customer stays, also not after a second import."""
    said = [{"by": "customer", "text": each, "at": LONG_AGO} for each in (SECRET, "And why?")]
    old = ticket(KIM, "", said=said, **FIRST)
    bring(stage, old)
    assert len(mails(stage)) == 2
    act(stage, "withdraw")
    kept = stage.everything_kept()
    assert [each for each in (SECRET, FIRST["subject"], FIRST["name"]) if each in kept] == []
    assert (mails(stage), bring(stage, old), mails(stage)) == ([], 0, [])


def test_a_withdrawal_leaves_the_mail_that_came_by_itself(stage: Stage) -> None:
    """The thread's last mail stays where it is another one."""
    bring(stage, ticket(KIM, SECRET, **FIRST))
    blobs = stage.backend.blobs()
    [last] = [each for each in blobs.keys("mail-kept/") if each.endswith("last.json")]
    blobs.put(last, b'{"message_id": "<2@kim>", "subject": "Hello"}')
    act(stage, "withdraw")
    assert mails(stage) == ["last.json"]
