"""A function is added to the topology as a row: nothing of CDK is written for it."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from infra.cost.cost import idle_month, summarised
from infra.environments import ENVIRONMENTS
from infra.packages.build import stubs
from infra.topology import (
    BUCKET,
    SURGELINE,
    TABLE,
    Function,
    Grant,
    Route,
    Schedule,
    Topology,
    Uploads,
    WebSocket,
)
from tests.infra.conftest import ACCOUNT, REGION
from tests.often import often

SWEEP = Function(
    "night_sweep",
    "a toy that the clock wakes",
    wakes=(Schedule(86_400), Schedule(60)),
    grants=(Grant(TABLE, ("read",)), Grant("timers", ("send",))),
    timeout_seconds=60,
    memory_mb=256,
)
MAIL = Function(
    "mail_room",
    "a toy that other uploads and a client's action wake",
    wakes=(Uploads("mail/"), Uploads("mail-archive/"), WebSocket(("typing",)), Route("GET", "/m")),
    grants=(Grant(BUCKET, ("read",), "mail/"),),
    timeout_seconds=60,
    memory_mb=256,
)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """Return the resources of a deployment with two more rows, beside those that they touch."""
    from infra.app import add_stacks, new_app

    folder = tmp_path_factory.mktemp("added")
    few = (SURGELINE.function("knowledge_build"), SURGELINE.function("web_chat"))
    beside = often(few, SURGELINE.functions)
    system = Topology(SURGELINE.queues, (*beside, SWEEP, MAIL))
    app = new_app(outdir=str(folder / "out"), analytics_reporting=False)
    add_stacks(
        app,
        ENVIRONMENTS["dev"],
        stubs(folder / "packages", system),
        account=ACCOUNT,
        region=REGION,
        system=system,
    )
    app.synth()
    template = (folder / "out" / "surgeline-dev-service.template.json").read_text()
    resources: Mapping[str, Any] = json.loads(template)["Resources"]
    return resources


def of_type(resources: Mapping[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    """Return the properties of all resources of a type, by logical id."""
    return {name: each["Properties"] for name, each in resources.items() if each["Type"] == kind}


def id_of(resources: Mapping[str, Any], function: Function) -> str:
    """Return the logical id of a function."""
    [found] = [
        name
        for name, each in of_type(resources, "AWS::Lambda::Function").items()
        if each["Description"] == function.purpose
    ]
    return found


def rules_of(resources: Mapping[str, Any], function: Function) -> dict[str, dict[str, Any]]:
    """Return the rules whose only target is the function."""
    arn = {"Fn::GetAtt": [id_of(resources, function), "Arn"]}
    return {
        name: each
        for name, each in of_type(resources, "AWS::Events::Rule").items()
        if [target["Arn"] for target in each["Targets"]] == [arn]
    }


def test_the_clock_wakes_a_function_by_a_rule_for_each_schedule(service: Mapping[str, Any]) -> None:
    """EventBridge invokes it every so many minutes, and sends its own event unchanged."""
    rules = rules_of(service, SWEEP)
    assert {each["ScheduleExpression"] for each in rules.values()} == {
        "rate(1440 minutes)",
        "rate(1 minute)",
    }
    for each in rules.values():
        assert "InputTransformer" not in each["Targets"][0]
        assert each["Targets"][0]["RetryPolicy"]["MaximumRetryAttempts"] == 2


def test_the_bill_counts_each_run_of_a_function_that_the_clock_wakes(
    service: Mapping[str, Any],
) -> None:
    """A run each minute and one each day cost a few cents in a month without messages."""
    summary = summarised(service) | {"alarms": 10}
    assert summary["scheduled_runs_month"]["night_sweep"] == 30 * 24 * 60 + 30
    summary["scheduled_runs_month"] = {"night_sweep": 30 * 24 * 60 + 30}
    with_clock = idle_month(summary)
    assert with_clock.parts["Scheduled runs"] == pytest.approx(43_230 * (1.0e-6 + 2 * 0.125e-6))
    assert with_clock.total < 1.0
    busier = summary | {"scheduled_runs_month": {"night_sweep": 20 * 43_200}}
    gb_seconds = 20 * 43_200 * 0.2 * 3008 / 1024
    large = busier | {"memory_mb": {"night_sweep": 3008}}
    beyond = (gb_seconds - 400_000) * 1.33334e-5
    dearer = idle_month(large).parts["Scheduled runs"] - idle_month(busier).parts["Scheduled runs"]
    assert dearer == pytest.approx(beyond)


def test_each_rule_may_invoke_its_function_and_no_other(service: Mapping[str, Any]) -> None:
    """The permission names the rule as the only source."""
    permissions = of_type(service, "AWS::Lambda::Permission").values()
    for function in (SWEEP, MAIL):
        for rule in rules_of(service, function):
            [permission] = [
                each
                for each in permissions
                if each.get("SourceArn") == {"Fn::GetAtt": [rule, "Arn"]}
            ]
            assert permission["Principal"] == "events.amazonaws.com"
            assert permission["FunctionName"] == {"Ref": id_of(service, function)}


def test_several_functions_are_woken_by_uploads(service: Mapping[str, Any]) -> None:
    """Each upload prefix has a rule and a function of its own."""
    prefixes = {
        rule["EventPattern"]["detail"]["object"]["key"][0]["prefix"]
        for rule in rules_of(service, MAIL).values()
    }
    assert prefixes == {"mail/", "mail-archive/"}
    others = rules_of(service, SURGELINE.function("knowledge_build"))
    assert len([rule for rule in others.values() if "EventPattern" in rule]) == 1


def test_several_functions_are_woken_by_the_socket_api(service: Mapping[str, Any]) -> None:
    """A client's action leads to its function; the other routes lead where they led."""
    leads_to = {}
    for route in of_type(service, "AWS::ApiGatewayV2::Route").values():
        integration = str(route["Target"]["Fn::Join"][1][1]["Ref"])
        leads_to[route["RouteKey"]] = json.dumps(service[integration])
    web_chat = id_of(service, SURGELINE.function("web_chat"))
    assert id_of(service, MAIL) in leads_to["typing"]
    for key in ("$connect", "$disconnect", "$default"):
        assert web_chat in leads_to[key]


def test_the_settings_follow_from_what_it_may_touch(service: Mapping[str, Any]) -> None:
    """A function has one variable for each thing that is granted, and no other."""
    variables = service[id_of(service, SWEEP)]["Properties"]["Environment"]["Variables"]
    ours = {name for name in variables if name.startswith("SURGELINE_")}
    assert ours == {"SURGELINE_TABLE", "SURGELINE_TIMERS_QUEUE", "SURGELINE_LOG_LEVEL"}
    assert SWEEP.settings == ("TABLE", "TIMERS_QUEUE")
    assert MAIL.settings == ("BUCKET", "SOCKETS")


@pytest.mark.parametrize("seconds", [0, 30, 59, 90, -60])
def test_a_schedule_counts_whole_minutes(seconds: int) -> None:
    """Another number is refused, and the error says what is accepted."""
    with pytest.raises(ValueError, match=rf"Schedule\({seconds}\): give whole minutes"):
        Schedule(seconds)
