"""What a deployment's arguments make of it: environment, region, what outlives it, who is told."""

import json
import subprocess
from typing import Any

import pytest
from surgeline.knowledge.answering.index import TIERS

from infra import topology
from infra.environments import ENVIRONMENTS, environment_of
from infra.packages.build import stubs
from infra.refusal import Refused
from infra.topology import SURGELINE, Topology
from tests.infra.conftest import Synthesised
from tests.often import often


def test_without_arguments_it_is_dev() -> None:
    """Empty ones, as make passes them, change nothing."""
    assert environment_of({}) == ENVIRONMENTS["dev"]
    assert environment_of({"env": "prod", "retain": "", "tier": None}) == ENVIRONMENTS["prod"]


def test_a_deployment_takes_the_best_tier_unless_it_is_told_otherwise() -> None:
    """AWS runs each tier, so `best` is the best of all, as `make up` takes it where it can."""
    assert environment_of({}).tier == [*TIERS][-1]
    assert environment_of({"tier": "best"}).tier == [*TIERS][-1]
    assert environment_of({"tier": "lexical"}).tier == "lexical"
    assert environment_of({"tier": "managed", "embedder": EMBEDDER}).tier == [*TIERS][-1]


def test_each_argument_changes_its_part() -> None:
    """Each argument changes its part of the environment and leaves the rest."""
    found = environment_of({"retain": "yes", "tier": "static", "alarm_email": "a@example.com"})
    assert (found.name, found.retain, found.tier) == ("dev", True, "static")
    assert found.alarm_email == "a@example.com"
    assert environment_of({"env": "prod", "retain": "no"}).retain is False


@pytest.mark.parametrize(("name", "value"), [("env", "qa"), ("retain", "maybe"), ("tier", "gpt")])
def test_a_wrong_argument_says_what_is_accepted(name: str, value: str) -> None:
    """A wrong argument is refused before anything is built, with its accepted values."""
    with pytest.raises(Refused, match=f"{name}='{value}': choose one of "):
        environment_of({name: value})


PICKER = "amazon.nova-micro-v1:0"
EMBEDDER = "cohere.embed-multilingual-v3"
CERTIFICATE = "arn:aws:acm:eu-west-3:111111111111:certificate/12345678-abcd"


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"budget": "50"}, "budget: give alarm_email too"),
        ({"budget": "0", "alarm_email": "a@b.example"}, "budget='0': use a whole number of USD"),
        ({"budget": "1e3", "alarm_email": "a@b.example"}, "budget='1e3': use a whole number"),
        ({"domain": "chat", "certificate": CERTIFICATE}, "domain='chat': use a host name"),
        ({"domain": "chat.shop.example"}, "certificate='': use the ARN"),
        ({"certificate": CERTIFICATE}, "domain='': use a host name"),
        ({"picker": "gpt"}, "picker='gpt': choose one of amazon.nova-micro"),
        ({"picker_budget": "9"}, "picker_budget: give picker too"),
        ({"picker": PICKER, "picker_budget": "0"}, "picker_budget='0': use a whole number"),
        ({"embedder": "bert"}, "embedder='bert': choose one of cohere.embed-multilingual-v3"),
        ({"embedder_budget": "9"}, "embedder_budget: give embedder too"),
        ({"embedder": EMBEDDER, "embedder_budget": "no"}, "embedder_budget='no': use a whole"),
        ({"tier": "managed"}, "tier='managed': it is not turned on; name its model with embedder"),
    ],
)
def test_a_budget_and_a_domain_are_complete_or_refused(
    arguments: dict[str, str], problem: str
) -> None:
    """Each refusal names the argument and what is accepted."""
    with pytest.raises(Refused, match=problem):
        environment_of(arguments)


EVERYTHING = {
    "retain": "yes",
    "tier": "sentence",
    "retention": "records=180,mails=7",
    "budget": "50",
    "alarm_email": "a@b.example",
    "domain": "chat.shop.example",
    "certificate": CERTIFICATE,
    "picker": PICKER,
    "picker_budget": "9",
    "embedder": EMBEDDER,
    "embedder_budget": "3",
}
REGION = "eu-west-3"


def templates_of(
    factory: pytest.TempPathFactory, arguments: dict[str, str], system: Topology = SURGELINE
) -> dict[str, Any]:
    """Return the templates of a deployment that was told so, by the stack's last name."""
    from infra.app import add_stacks, new_app

    folder = factory.mktemp("told")
    environment = environment_of(arguments)
    app = new_app(outdir=str(folder / "out"), analytics_reporting=False)
    packages = stubs(folder / "packages", system)
    add_stacks(app, environment, packages, account="1" * 12, region=REGION, system=system)
    app.synth()
    written = (folder / "out").glob("*.template.json")
    return {
        path.name.removeprefix(f"{environment.deployment}-").partition(".")[0]: json.loads(
            path.read_text()
        )
        for path in written
    }


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return the templates of a deployment that was told everything."""
    return templates_of(tmp_path_factory, EVERYTHING)


def resources_of(template: dict[str, Any], kind: str) -> dict[str, Any]:
    """Return the resources of a type, by their logical id."""
    found = template["Resources"].items()
    return {name: each for name, each in found if each["Type"] == kind}


def variables_of(template: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the environment of each function."""
    functions = resources_of(template, "AWS::Lambda::Function").values()
    return [each["Properties"]["Environment"]["Variables"] for each in functions]


def test_a_budget_and_a_domain_reach_the_templates(told: dict[str, Any]) -> None:
    """AWS writes at 80 % and on a forecast; the API has the name, and its target is told."""
    [budget] = resources_of(told["monitoring"], "AWS::Budgets::Budget").values()
    assert budget["Properties"]["Budget"]["BudgetLimit"] == {"Amount": 50, "Unit": "USD"}
    heard = budget["Properties"]["NotificationsWithSubscribers"]
    assert [
        (each["Notification"]["NotificationType"], each["Notification"]["Threshold"])
        for each in heard
    ] == [("ACTUAL", 80), ("FORECASTED", 100)]
    [domain] = resources_of(told["service"], "AWS::ApiGatewayV2::DomainName").values()
    assert domain["Properties"]["DomainName"] == "chat.shop.example"
    assert len(resources_of(told["service"], "AWS::ApiGatewayV2::ApiMapping")) == 1
    assert "DomainTarget" in told["service"]["Outputs"]


def test_a_shorter_retention_reaches_the_functions_and_the_mails(told: dict[str, Any]) -> None:
    """Functions with the table have the setting, others don't; mails go by the bucket's rule."""
    with pytest.raises(Refused, match="records=30 to 400"):
        environment_of({"retention": "records=9"})
    variables = variables_of(told["service"])
    given = [each.get("SURGELINE_RETENTION") for each in variables if "SURGELINE_TABLE" in each]
    assert {*given} == {"records=180,mails=7"}
    assert sum("SURGELINE_RETENTION" in each for each in variables) == len(given)
    [bucket] = resources_of(told["state"], "AWS::S3::Bucket").values()
    rules = bucket["Properties"]["LifecycleConfiguration"]["Rules"]
    days = {each["Prefix"]: each["ExpirationInDays"] for each in rules if "Prefix" in each}
    assert days == {"mail/": 7, "mail-kept/": 7, "media/": 7, "uploads/": 1}


def picks_within_its_budget(service: dict[str, Any], area: str) -> None:
    """Check that two functions may ask the model of that area, and no other one."""
    having = [each for each in variables_of(service) if "SURGELINE_PICKER" in each]
    environment = environment_of({"picker": area + PICKER, "picker_budget": "9"})
    assert {each["SURGELINE_PICKER"] for each in having} == {area + PICKER}
    assert {each["SURGELINE_PICKS_A_MONTH"] for each in having} == {str(environment.picks_a_month)}
    assert len(having) == sum(each.picks for each in topology.FUNCTIONS) == 2
    whole = json.dumps(service)
    assert whole.count("bedrock:InvokeModel") == 2 + whole.count(f"foundation-model/{EMBEDDER}")
    profiles = f"inference-profile/{area}{PICKER}"
    assert whole.count(profiles) == (2 if area else 0)
    assert f"bedrock:{'*' if area else REGION}::foundation-model/{PICKER}" in whole


def test_a_model_that_picks_is_asked_by_two_functions_within_its_budget(
    told: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Its permission and its settings exist only where it is turned on, and name one model."""
    picks_within_its_budget(told["service"], "")
    picking = tuple(each for each in topology.FUNCTIONS if each.picks)
    system = Topology(SURGELINE.queues, often(picking, topology.FUNCTIONS))
    asked = {"picker": f"eu.{PICKER}", "picker_budget": "9", "retain": "no"}
    made = templates_of(tmp_path_factory, asked, system)
    picks_within_its_budget(made["service"], "eu.")
    assert policy_of(made) == "Delete"


def test_a_model_of_vectors_is_asked_by_the_functions_that_encode_within_its_budget(
    told: dict[str, Any],
) -> None:
    """Each of them may ask that one model and no other, and knows how many tokens a month has."""
    having = [each for each in variables_of(told["service"]) if "SURGELINE_EMBEDDER" in each]
    assert len(having) == sum(each.encodes for each in topology.FUNCTIONS) == 3
    assert {each["SURGELINE_EMBEDDER"] for each in having} == {EMBEDDER}
    assert {each["SURGELINE_TOKENS_A_MONTH"] for each in having} == {"30000000"}
    assert {each["SURGELINE_TIER"] for each in having if "SURGELINE_TIER" in each} == {"sentence"}
    asked = [
        statement
        for role in resources_of(told["service"], "AWS::IAM::Role").values()
        for policy in role["Properties"].get("Policies", ())
        for statement in policy["PolicyDocument"]["Statement"]
        if EMBEDDER in json.dumps(statement)
    ]
    assert {json.dumps(each["Action"]) for each in asked} == {'"bedrock:InvokeModel"'}
    assert len(asked) == 3
    assert not any("*" in json.dumps(each["Resource"]) for each in asked)


def policy_of(templates: dict[str, Any]) -> str:
    """Return what becomes of the table when the stack goes."""
    [table] = resources_of(templates["state"], "AWS::DynamoDB::Table").values()
    return str(table["DeletionPolicy"])


def test_without_a_model_nothing_of_bedrock_is_deployed(synthesised: Synthesised) -> None:
    """No permission and no setting says that such a thing exists."""
    whole = json.dumps(synthesised.service)
    assert "bedrock" not in whole
    assert "PICK" not in whole
    assert "EMBEDDER" not in whole


def test_retain_and_the_region_reach_the_template(told: dict[str, Any]) -> None:
    """The table has the environment's removal policy, and what names a region has this one."""
    assert policy_of(told) == "RetainExceptOnCreate"
    assert f"cognito-idp.{REGION}.amazonaws.com" in json.dumps(told["service"])
    assert "us-east-1" not in json.dumps(told)


def test_the_sentence_tier_brings_what_it_runs_on(told: dict[str, Any]) -> None:
    """All functions run where onnxruntime does; those that encode have it and the weights."""
    functions = resources_of(told["service"], "AWS::Lambda::Function").values()
    assert all(each["Properties"]["Architectures"] == ["x86_64"] for each in functions)
    layers = resources_of(told["service"], "AWS::Lambda::LayerVersion")
    assert all(
        each["Properties"]["CompatibleArchitectures"] == ["x86_64"] for each in layers.values()
    )
    [runtime] = [
        each
        for each, about in layers.items()
        if about["Properties"]["LayerName"].endswith("-onnxruntime")
    ]
    having = [each for each in functions if {"Ref": runtime} in each["Properties"]["Layers"]]
    assert len(having) == sum(each.encodes for each in topology.FUNCTIONS)


def test_make_passes_them_on() -> None:
    """`make` passes the arguments on, and the region to every command that asks AWS."""
    words = ("make", "-n", "deploy", "ENV=prod", "REGION=eu-west-3", "RETAIN=yes", "TIER=static")
    lines = subprocess.run(words, capture_output=True, text=True, check=True).stdout  # noqa: S603
    assert "deploy --all -c env=prod -c tier=static -c retain=yes" in lines
    shown = "include Makefile\nshow:\n\t@echo $$AWS_REGION $$AWS_DEFAULT_REGION\n"
    asked = ("make", "-s", "-f", "-", "show", "REGION=eu-west-3")
    told = subprocess.run(asked, input=shown, capture_output=True, text=True, check=True).stdout  # noqa: S603
    assert told.split() == ["eu-west-3", "eu-west-3"]
