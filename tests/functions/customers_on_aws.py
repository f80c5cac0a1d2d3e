"""A scene for homes on AWS: a system of customers is connected, asked, tried and disconnected."""

from tests.functions import test_on_aws as scenes
from tests.functions.aws_stage import AwsStage
from tests.functions.conftest import Endpoint

PLACE = "/v1/admin/customer-data"


def a_customer_is_looked_up(stage: AwsStage, endpoint: Endpoint) -> None:
    """Ask a system that is not there, which delays nothing and is said to the thread."""
    assert stage.admin("PUT", PLACE, {"url": "https://crm.example/surgeline"}).status == 200
    stage.clock.advance(10)
    scenes.hand_off(stage, endpoint)
    stage.drain()
    known = stage.thread().conversation.known
    assert known is not None
    assert known.state == "unavailable"
    assert stage.admin("POST", f"{PLACE}/check", {}).status == 200
    assert stage.admin("DELETE", PLACE).status == 200
