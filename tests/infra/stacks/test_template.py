"""The template against the topology and the settings, both ways."""

import dataclasses
import json
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from surgeline.adapters.aws.queues import dead_letters_of
from surgeline.runtime import settings

from infra import topology
from infra.environments import BEST_DEPLOYED
from infra.names import Names
from infra.packages.layout import architecture_of, layers_of
from infra.topology import Messages, Route, Uploads, WebSocket
from local.home.plan import Plan
from local.virtual.handlers import build_of, model_of
from tests.infra.conftest import ACCOUNT, REGION, Synthesised

NAMES = Names("surgeline-prod", ACCOUNT, REGION)
PLAN = Plan()
MODELS = {each.name: model_of(build_of(PLAN, each.name)) for each in topology.FUNCTIONS}
FUNCTIONS = [pytest.param(each, id=each.name) for each in topology.FUNCTIONS]


def lambda_of(synthesised: Synthesised, name: str) -> dict[str, Any]:
    """Return the properties of a function of the topology."""
    found: dict[str, Any] = synthesised.named("AWS::Lambda::Function", "FunctionName")[
        NAMES.function(name)
    ]
    return found


def plain(value: Any, references: dict[str, str] | None = None) -> Any:
    """Return a value without its intrinsics: what CloudFormation would put there."""
    if isinstance(value, dict) and "Ref" in value:
        return (references or {}).get(value["Ref"], value["Ref"])
    if isinstance(value, dict) and "Fn::Join" in value:
        separator, parts = value["Fn::Join"]
        return separator.join(plain(part, references) for part in parts)
    return value


def test_every_function_is_there_and_no_other(synthesised: Synthesised) -> None:
    """Folders, topology and template name the same functions."""
    folders = {path.parent.name for path in Path("functions").glob("*/handler.py")}
    names = {each.name for each in topology.FUNCTIONS}
    assert names == folders
    found = synthesised.named("AWS::Lambda::Function", "FunctionName")
    assert set(found) == {NAMES.function(name) for name in names}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_is_as_the_topology_says(
    synthesised: Synthesised, function: topology.Function
) -> None:
    """Time, memory, architecture, layers and the purpose in words."""
    found = lambda_of(synthesised, function.name)
    assert found["Timeout"] == function.timeout_seconds
    assert found["MemorySize"] == function.memory_mb
    assert found["Architectures"] == [architecture_of(BEST_DEPLOYED)]
    assert found["Description"] == function.purpose
    layers = [plain(each) for each in found["Layers"]]
    names = [synthesised.resources[each]["Properties"]["LayerName"] for each in layers]
    expected = layers_of(function, BEST_DEPLOYED)
    assert names == [f"surgeline-prod-{layer}" for layer in expected]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_settings_topology_and_template_agree(
    synthesised: Synthesised, function: topology.Function
) -> None:
    """F: every variable that a function reads is set, every one that is set is read, and all
    are texts.
    """
    model = MODELS[function.name]
    fields = {each.name.upper(): each for each in dataclasses.fields(model)}
    needed = {name for name, each in fields.items() if each.default is dataclasses.MISSING}
    assert needed == set(function.settings)
    variables = lambda_of(synthesised, function.name)["Environment"]["Variables"]
    ours = {name: value for name, value in variables.items() if name.startswith("SURGELINE_")}
    given = {name.removeprefix("SURGELINE_"): plain(value) for name, value in ours.items()}
    assert needed <= set(given) <= set(fields)
    assert {each.type for each in fields.values()} <= {str, "str"}
    assert all(isinstance(value, str) and value for value in given.values())
    settings.read(model, {name: plain(value) for name, value in variables.items()})


def test_no_function_starts_threads_for_arithmetic(synthesised: Synthesised) -> None:
    """No function starts threads for arithmetic, because its part of a processor would make
    them wait.
    """
    for each in synthesised.of_type("AWS::Lambda::Function"):
        assert each["Environment"]["Variables"]["OPENBLAS_NUM_THREADS"] == "1"


def test_the_backend_of_every_function_is_aws(synthesised: Synthesised) -> None:
    """Nothing names another backend, so that the default holds, and it can be imported."""
    for each in synthesised.of_type("AWS::Lambda::Function"):
        assert "SURGELINE_BACKEND" not in each["Environment"]["Variables"]
    assert find_spec(settings.Settings().backend)


# ---------------------------------------------------------------- what wakes a function


def test_every_route_leads_to_its_function(synthesised: Synthesised) -> None:
    """HTTP and WebSocket routes, from the topology to the template and back."""
    resources = synthesised.resources
    found = {}
    for each in synthesised.of_type("AWS::ApiGatewayV2::Route"):
        integration = resources[plain_target(each["Target"])]["Properties"]
        target = integration["IntegrationUri"]
        found[each["RouteKey"]] = resources[function_in(target)]["Properties"]["FunctionName"]
        if integration["IntegrationType"] == "AWS_PROXY" and not each["RouteKey"].startswith("$"):
            assert integration["PayloadFormatVersion"] == "2.0"
    expected = {
        wake.key: NAMES.function(function.name)
        for function in topology.FUNCTIONS
        for wake in function.wakes
        if isinstance(wake, Route)
    }
    sockets = [
        NAMES.function(function.name)
        for function in topology.FUNCTIONS
        if WebSocket() in function.wakes
    ]
    expected |= {key: name for name in sockets for key in ("$connect", "$disconnect", "$default")}
    assert found == expected


def plain_target(target: dict[str, Any]) -> str:
    """Return the integration that a route refers to."""
    return str(plain(target)).removeprefix("integrations/")


def function_in(target: Any) -> str:
    """Return the logical id of the function that an integration calls."""
    [found] = re.findall(r'"Fn::GetAtt": \["(\w+Function\w+)"', json.dumps(target))
    return str(found)


def test_every_queue_wakes_its_function(synthesised: Synthesised) -> None:
    """Batches of the topology's size, with partial batch responses."""
    found = {}
    for each in synthesised.of_type("AWS::Lambda::EventSourceMapping"):
        function = synthesised.resources[plain(each["FunctionName"])]["Properties"]
        found[each["EventSourceArn"]] = (function["FunctionName"], each["BatchSize"])
        assert each["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert "ScalingConfig" not in each, "a maximum concurrency keeps idle pollers"
    expected = {}
    for function in topology.FUNCTIONS:
        for wake in function.wakes:
            if isinstance(wake, Messages):
                queue = topology.queue(wake.queue)
                arn = NAMES.queue_arn(NAMES.queue(queue.name, fifo=queue.fifo))
                expected[arn] = (NAMES.function(function.name), wake.batch)
    assert found == expected


UPLOADS = [
    wake.prefix for each in topology.FUNCTIONS for wake in each.wakes if isinstance(wake, Uploads)
]


@pytest.mark.parametrize("prefix", UPLOADS)
def test_uploads_wake_their_function_in_the_buckets_own_shape(
    synthesised: Synthesised, prefix: str
) -> None:
    """The handler reads EventBridge's event as a notification of the bucket."""
    [rule] = [
        each
        for each in synthesised.of_type("AWS::Events::Rule")
        if prefix in json.dumps(each.get("EventPattern"))
    ]
    pattern = rule["EventPattern"]["detail"]
    assert pattern["object"]["key"] == [{"prefix": prefix}]
    assert pattern["bucket"]["name"] == [NAMES.bucket]
    [bucket] = synthesised.of_type("AWS::S3::Bucket")
    events = bucket["NotificationConfiguration"]["EventBridgeConfiguration"]
    assert events == {"EventBridgeEnabled": True}
    transformer = rule["Targets"][0]["InputTransformer"]
    template = transformer["InputTemplate"]
    assert transformer["InputPathsMap"] == {
        "bucket": "$.detail.bucket.name",
        "key": "$.detail.object.key",
        "time": "$.time",
    }
    told = {"key": "knowledge-sources/shop/1.jsonl", "bucket": NAMES.bucket, "time": "2026-03-01"}
    for name, value in told.items():
        template = template.replace(f"<{name}>", json.dumps(value))
    event = json.loads(template)
    assert event["Records"][0]["eventTime"] == "2026-03-01"
    assert event["Records"][0]["s3"]["object"]["key"] == "knowledge-sources/shop/1.jsonl"


def test_no_function_of_cdks_own_comes_along(synthesised: Synthesised) -> None:
    """Custom resources would bring a function, a role and a wildcard that nobody asked for."""
    kinds = {each["Type"] for each in synthesised.resources.values()}
    assert not [kind for kind in kinds if kind.startswith(("Custom::", "AWS::CloudFormation"))]


# ---------------------------------------------------------------- queues


@pytest.mark.parametrize("queue", topology.QUEUES, ids=lambda queue: queue.name)
def test_a_queue_is_as_the_topology_says(synthesised: Synthesised, queue: topology.Queue) -> None:
    """High-throughput FIFO, its visibility, its dead letters under the name the adapters expect."""
    found = synthesised.named("AWS::SQS::Queue", "QueueName")
    name = NAMES.queue(queue.name, fifo=queue.fifo)
    own = found[name]
    dead_name = dead_letters_of(NAMES.queue_url(name)).rpartition("/")[2]
    dead = found[dead_name]
    assert own["VisibilityTimeout"] == queue.visibility_seconds
    assert own["MessageRetentionPeriod"] == queue.retention_days * 86_400
    assert own["RedrivePolicy"]["maxReceiveCount"] == queue.max_receive_count
    target = own["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
    assert synthesised.resources[target]["Properties"]["QueueName"] == dead_name
    assert dead["MessageRetentionPeriod"] == 14 * 86_400
    for each in (own, dead):
        assert each.get("FifoQueue", False) == queue.fifo
        assert each.get("DeduplicationScope") == ("messageGroup" if queue.fifo else None)
        limit = "perMessageGroupId" if queue.fifo else None
        assert each.get("FifoThroughputLimit") == limit


def test_a_queue_hides_messages_for_six_function_timeouts() -> None:
    """A queue hides a message for six function timeouts, so that a throttled batch comes once."""
    for function in topology.FUNCTIONS:
        for wake in function.wakes:
            if isinstance(wake, Messages):
                queue = topology.queue(wake.queue)
                assert queue.visibility_seconds >= 6 * function.timeout_seconds
                assert queue.max_receive_count >= 5


def test_no_reserved_concurrency(synthesised: Synthesised) -> None:
    """F21: no concurrency is reserved, because a new account has little and others would lose
    theirs.
    """
    for each in synthesised.of_type("AWS::Lambda::Function"):
        assert "ReservedConcurrentExecutions" not in each


# ---------------------------------------------------------------- state


def test_the_table_is_on_demand_with_its_end_and_its_backup(synthesised: Synthesised) -> None:
    """Pay per request, TTL by `expires`, point-in-time recovery, protected from deletion."""
    [table] = synthesised.of_type("AWS::DynamoDB::Table")
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}
    recovery = table["PointInTimeRecoverySpecification"]
    assert recovery["PointInTimeRecoveryEnabled"] is True
    assert table["DeletionProtectionEnabled"] is True
    assert [each["AttributeName"] for each in table["KeySchema"]] == ["pk", "sk"]


def test_state_is_kept_and_the_service_is_not(synthesised: Synthesised) -> None:
    """A deleted stack leaves the table, the bucket and the queues behind in production.

    People's accounts stand with the service, whose address they need, and are left behind too.
    """
    kept = {"AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SQS::Queue"}
    made = {name: each["Type"] for name, each in synthesised.state["Resources"].items()}
    for each in synthesised.state["Resources"].values():
        if (
            each["Type"] == "AWS::DynamoDB::Table"
        ):  # it is protected, so that no rollback deletes it
            assert set(each["DependsOn"]) == {
                name for name, kind in made.items() if kind in kept - {each["Type"]}
            }
        if each["Type"] in kept:
            # A first deployment that fails takes them back, so that the next can make them.
            assert each["DeletionPolicy"] == "RetainExceptOnCreate"
            assert each["UpdateReplacePolicy"] == "Retain"
    for each in synthesised.service["Resources"].values():
        assert each["Type"] not in kept
        is_left = each["Type"] == "AWS::Cognito::UserPool"
        assert each.get("DeletionPolicy", "Delete") == ("Retain" if is_left else "Delete")


def test_the_edge_is_throttled(synthesised: Synthesised) -> None:
    """Both APIs answer 429 above a rate before anything is invoked."""
    stages = synthesised.of_type("AWS::ApiGatewayV2::Stage")
    assert len(stages) == 2
    for each in stages:
        limits = each["DefaultRouteSettings"]
        assert limits["ThrottlingRateLimit"] == 1000
        assert limits["ThrottlingBurstLimit"] == 2000
