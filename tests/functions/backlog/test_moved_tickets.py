"""A ticket of a customer whom the channel names anew goes where the customer goes on."""

from pathlib import Path

from surgeline.application.ports.conversations import Record
from surgeline.domain.customers.events import CustomerMoved
from surgeline.domain.ids import thread_id
from surgeline.domain.thread import Thread
from surgeline.domain.turn import Explanation

from local.virtual.shop import CHANNEL, KEY
from tests.functions.backlog.test_backlog import LONG_AGO, VENDOR, act, bring, standings, ticket
from tests.functions.stage import Stage


def test_a_ticket_under_a_new_name_is_one_conversation(tmp_path: Path) -> None:
    """It has the team's words too, is listed as it stands there, and can be taken out."""
    stage = Stage(tmp_path)
    stage.publish()
    stage.configure(pools=[VENDOR | {"seats": 2}])
    new, old = (thread_id(KEY, CHANNEL, each) for each in ("new", "old"))
    moved = CustomerMoved("e1", new, CHANNEL, 0, before=old)
    thread = Thread(
        new, CHANNEL, "", seq=1, has_former_ids=False, moved_to=old, moved_at=stage.clock.now()
    )
    record = Record(1, moved, (), Explanation("note", ""), None, 0)
    stage.backend.store().commit(record, thread, expected_seq=0)
    said = [{"by": by, "text": "My lamp is broken", "at": LONG_AGO} for by in ("team", "customer")]
    bring(stage, ticket("new", "", said=said))
    assert stage.backend.store().load(new, "").thread == thread
    assert standings(stage)["t-new"][0] == "silent"
    act(stage, "withdraw")
    assert standings(stage)["t-new"][0] == "taken_out"
    assert "My lamp" not in stage.everything_kept()
