"""A scene for homes on AWS: an alert is told, and a day is sent to a subscriber."""

from surgeline.application.alerts.alerts import Alerts

from tests.functions import test_email_on_aws as mailing
from tests.functions import test_exports as exporting
from tests.functions import test_on_aws as scenes
from tests.functions.aws_stage import AwsStage
from tests.functions.conftest import Endpoint


def alerts_and_reports_are_told(stage: AwsStage, endpoint: Endpoint) -> None:
    """Raise an alert and take it over, with a subscriber who is told of it and of a day."""
    del endpoint
    mailing.add_channel(stage)
    exporting.write(stage, scenes.QUESTION, "ann")
    about = {"kind": "webhook", "url": "https://bi.example/in"}
    subscriber = about | {"subjects": ["alerts", "daily"]}
    place = "/v1/admin/subscriptions/bi"
    assert stage.admin("PUT", place, subscriber).status == 200
    stage.clock.advance(10)
    stage.call("minute", {})
    Alerts(stage.backend.notebook(), stage.clock).raise_("spike", "Many ask.", "urgent")
    stage.clock.advance(86_400)
    stage.call("minute", {})
    stage.drain("deliveries")
    [alert] = stage.admin("GET", "/v1/admin/alerts").json["standing"]
    taken = stage.admin("POST", f"/v1/admin/alerts/{alert['id']}/acknowledge", {})
    assert taken.status == 200
    assert stage.admin("GET", "/v1/admin/live").json["age_seconds"] == 0
    assert stage.admin("DELETE", place).status == 200
