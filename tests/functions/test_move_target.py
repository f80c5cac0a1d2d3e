"""A move finds a deployment's table, bucket, secrets and queues by their names."""

from pathlib import Path

import botocore.session
import pytest
from surgeline.application.ports.queues import Outgoing

from cli.operation.move import target
from local.home.backend import open_home
from local.home.backup.carry import carry
from tests.contract.examples import THREAD, record, thread
from tests.functions.aws_stage import NAMES, aws_stage

pytestmark = pytest.mark.enable_socket


def test_a_home_is_carried_to_the_names_of_a_deployment(tmp_path: Path) -> None:
    """The stage's own store has the thread afterwards, and its queue the message."""
    source = open_home(tmp_path / "source")
    source.store().commit(record(), thread(), expected_seq=0)
    source.queue("events").send([Outgoing("late", group=THREAD, dedup_id="1")])
    with aws_stage(tmp_path / "stage") as stage:
        session = botocore.session.get_session()
        session.set_config_variable("region", NAMES.region)
        session.set_credentials("test", "test")
        source.secrets().put("ids", str(stage.backend.secrets().latest("ids")))
        carried = carry(tmp_path / "source", source, target(session, NAMES), lambda _: None)
        assert (carried.threads, carried.messages) == (1, 1)
        assert stage.backend.store().thread(THREAD) == thread()
