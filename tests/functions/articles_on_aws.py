"""A scene for homes on AWS: an article that customers reject is taken back within a day."""

from infra.topology import DAY_SECONDS
from local.home.lambda_events import schedule_event
from tests.functions.aws_stage import AwsStage
from tests.functions.conftest import Endpoint

STATES = "/v1/admin/knowledge/shop/states"
CUSTOMERS = 6


def an_article_is_taken_back(stage: AwsStage, endpoint: Endpoint) -> None:
    """Customers reject it, the next day it is paused, and a person may not let it answer again."""
    del endpoint
    for number in range(CUSTOMERS):
        for text in ("When are you open?", "no, that is wrong"):
            stage.write(text, sender=f"c{number}")
            stage.drain("events")
    stage.clock.advance(DAY_SECONDS)
    stage.call("knowledge_build", schedule_event("knowledge_build", DAY_SECONDS, at=0))
    [found] = stage.admin("GET", f"{STATES}?article=en-hours").json["articles"]
    assert found["state"] == "paused"
    answer = stage.admin("PUT", STATES, {"article": "en-hours", "state": "automated"})
    assert answer.status == 409
    answer = stage.admin("PUT", STATES, {"article": "en-hours", "state": "assisted"})
    assert answer.status == 200
