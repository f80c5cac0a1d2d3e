"""What a deployment's arguments make of it: environment, region, what outlives it, who is told."""

import json
import subprocess

import pytest
from aws_cdk.assertions import Template
from surgeline.knowledge.answering.index import TIERS

from infra import topology
from infra.app import add_stacks, new_app
from infra.environments import ENVIRONMENTS, environment_of
from infra.packages.build import stubs
from infra.refusal import Refused
from tests.infra.conftest import Synthesised


def test_without_arguments_it_is_dev() -> None:
    """Empty ones, as make passes them, change nothing."""
    assert environment_of({}) == ENVIRONMENTS["dev"]
    assert environment_of({"env": "prod", "retain": "", "tier": None}) == ENVIRONMENTS["prod"]


def test_a_deployment_takes_the_best_tier_unless_it_is_told_otherwise() -> None:
    """AWS runs each tier, so `best` is the best of all, as `make up` takes it where it can."""
    assert environment_of({}).tier == [*TIERS][-1]
    assert environment_of({"tier": "best"}).tier == [*TIERS][-1]
    assert environment_of({"tier": "lexical"}).tier == "lexical"


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
    ],
)
def test_a_budget_and_a_domain_are_complete_or_refused(
    arguments: dict[str, str], problem: str
) -> None:
    """Each refusal names the argument and what is accepted."""
    with pytest.raises(Refused, match=problem):
        environment_of(arguments)


def test_a_budget_and_a_domain_reach_the_templates(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """AWS writes at 80 % and on a forecast; the API has the name, and its target is told."""
    app, packages = new_app(), stubs(tmp_path_factory.mktemp("stubs"))
    own = {"domain": "chat.shop.example", "certificate": CERTIFICATE}
    environment = environment_of({"budget": "50", "alarm_email": "a@b.example"} | own)
    stacks = add_stacks(app, environment, packages, account="1" * 12, region="eu-west-3")
    rings, runs = (Template.from_stack(each) for each in (stacks.monitoring, stacks.service))
    [budget] = rings.find_resources("AWS::Budgets::Budget").values()
    assert budget["Properties"]["Budget"]["BudgetLimit"] == {"Amount": 50, "Unit": "USD"}
    told = budget["Properties"]["NotificationsWithSubscribers"]
    assert [
        (each["Notification"]["NotificationType"], each["Notification"]["Threshold"])
        for each in told
    ] == [("ACTUAL", 80), ("FORECASTED", 100)]
    [domain] = runs.find_resources("AWS::ApiGatewayV2::DomainName").values()
    assert domain["Properties"]["DomainName"] == "chat.shop.example"
    runs.resource_count_is("AWS::ApiGatewayV2::ApiMapping", 1)
    assert "DomainTarget" in runs.to_json()["Outputs"]


def test_a_shorter_retention_reaches_the_functions_and_the_mails(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Functions with the table have the setting, others don't; mails go by the bucket's rule."""
    with pytest.raises(Refused, match="records=30 to 400"):
        environment_of({"retention": "records=9"})
    app, packages = new_app(), stubs(tmp_path_factory.mktemp("stubs"))
    environment = environment_of({"retention": "records=180,mails=7"})
    stacks = add_stacks(app, environment, packages, account="1" * 12, region="eu-west-3")
    functions = Template.from_stack(stacks.service).find_resources("AWS::Lambda::Function")
    variables = [each["Properties"]["Environment"]["Variables"] for each in functions.values()]
    told = [each.get("SURGELINE_RETENTION") for each in variables if "SURGELINE_TABLE" in each]
    assert {*told} == {"records=180,mails=7"}
    assert sum("SURGELINE_RETENTION" in each for each in variables) == len(told)
    [bucket] = Template.from_stack(stacks.state).find_resources("AWS::S3::Bucket").values()
    rules = bucket["Properties"]["LifecycleConfiguration"]["Rules"]
    days = {each["Prefix"]: each["ExpirationInDays"] for each in rules if "Prefix" in each}
    assert days == {"mail/": 7, "mail-kept/": 7, "media/": 7, "uploads/": 1}


@pytest.mark.parametrize("area", ["", "eu."])
def test_a_model_that_picks_is_asked_by_two_functions_within_its_budget(
    area: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Its permission and its settings exist only where it is turned on, and name one model."""
    app, packages = new_app(), stubs(tmp_path_factory.mktemp("stubs"))
    environment = environment_of({"picker": area + PICKER, "picker_budget": "9"})
    stacks = add_stacks(app, environment, packages, account="1" * 12, region="eu-west-3")
    template = Template.from_stack(stacks.service)
    functions = template.find_resources("AWS::Lambda::Function").values()
    variables = [each["Properties"]["Environment"]["Variables"] for each in functions]
    told = [each for each in variables if "SURGELINE_PICKER" in each]
    assert {each["SURGELINE_PICKER"] for each in told} == {area + PICKER}
    assert {each["SURGELINE_PICKS_A_MONTH"] for each in told} == {str(environment.picks_a_month)}
    assert len(told) == sum(each.picks for each in topology.FUNCTIONS) == 2
    whole = json.dumps(template.to_json())
    assert whole.count("bedrock:InvokeModel") == 2
    profiles = f"inference-profile/{area}{PICKER}"
    assert whole.count(profiles) == (2 if area else 0)
    assert f"bedrock:{'*' if area else 'eu-west-3'}::foundation-model/{PICKER}" in whole


def test_without_a_model_nothing_of_bedrock_is_deployed(synthesised: Synthesised) -> None:
    """No permission and no setting says that such a thing exists."""
    whole = json.dumps(synthesised.service)
    assert "bedrock" not in whole
    assert "PICK" not in whole


@pytest.mark.parametrize(("retain", "policy"), [("yes", "RetainExceptOnCreate"), ("no", "Delete")])
def test_retain_and_the_region_reach_the_template(
    retain: str, policy: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The table has the environment's removal policy, and the stack has the region."""
    app, packages = new_app(), stubs(tmp_path_factory.mktemp("stubs"))
    environment = environment_of({"retain": retain})
    stacks = add_stacks(app, environment, packages, account="1" * 12, region="eu-west-3")
    [table] = Template.from_stack(stacks.state).find_resources("AWS::DynamoDB::Table").values()
    assert table["DeletionPolicy"] == policy
    assert stacks.state.region == "eu-west-3"


def test_the_sentence_tier_brings_what_it_runs_on(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """All functions run where onnxruntime does; those that encode have it and the weights."""
    app, packages = new_app(), stubs(tmp_path_factory.mktemp("stubs"))
    environment = environment_of({"tier": "sentence"})
    stacks = add_stacks(app, environment, packages, account="1" * 12, region="eu-west-3")
    template = Template.from_stack(stacks.service)
    functions = template.find_resources("AWS::Lambda::Function").values()
    assert all(each["Properties"]["Architectures"] == ["x86_64"] for each in functions)
    layers = template.find_resources("AWS::Lambda::LayerVersion")
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
