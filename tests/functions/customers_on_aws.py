"""A scene for homes on AWS: a system of customers is connected, asked, tried and disconnected."""

from tests.functions.aws_stage import AwsStage
from tests.functions.conftest import Endpoint

PLACE = "/v1/admin/customer-data"


def a_customer_is_looked_up(stage: AwsStage, endpoint: Endpoint) -> None:
    """Ask a system that is not there, which delays nothing and is said to the thread."""
    del endpoint
    stage.configure(
        channels=[{"id": "shop", "kind": "signed", "reply_url": "https://app.example/in"}],
        pools=[{"id": "vendor", "kind": "outsourced", "url": "https://pool.example/in"}],
    )
    stage.clock.advance(10)
    connected = stage.admin("PUT", PLACE, {"url": "https://crm.example/surgeline"})
    assert connected.status == 200, connected.text
    again = {"url": "https://crm.example/surgeline", "notes": True}
    assert "secret" not in stage.admin("PUT", PLACE, again).json
    stage.clock.advance(10)
    stage.write("I want to talk to a person")
    stage.drain("events", "deliveries")
    known = stage.thread().conversation.known
    assert known is not None
    assert known.state in ("asked", "unavailable")
    assert stage.admin("POST", f"{PLACE}/check", {}).status == 200
    assert stage.admin("DELETE", PLACE).status == 200
