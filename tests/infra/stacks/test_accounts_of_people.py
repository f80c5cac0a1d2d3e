"""A deployment proves people's accounts by its own pool, by another issuer, or not at all."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra import topology
from infra.environments import Environment, environment_of
from infra.packages.build import stubs
from infra.refusal import Refused
from infra.topology import SURGELINE, Route, Topology
from tests.infra.conftest import ACCOUNT, REGION, Synthesised

ISSUED = {
    wake.key
    for function in topology.FUNCTIONS
    for wake in function.wakes
    if isinstance(wake, Route) and wake.issued
}
OTHER = {"oidc_issuer": "https://login.shop.example/tenant", "oidc_client": "surgeline-pages"}


PAGES = replace(
    topology.function("staff_web"),
    wakes=(Route("GET", "/lead"), *(Route(*each.split(), issued=True) for each in ISSUED)),
)
SMALL = Topology(SURGELINE.queues, (PAGES,))
"""One function with two routes, because a whole system takes seconds to synthesise."""


def service_of(folder: Path, environment: Environment) -> dict[str, Any]:
    """Return the resources of a small deployment's service."""
    from infra.app import add_stacks, new_app

    app = new_app(outdir=str(folder / "out"), analytics_reporting=False)
    packages = stubs(folder / "packages", SMALL)
    add_stacks(app, environment, packages, account=ACCOUNT, region=REGION, system=SMALL)
    app.synth()
    name = f"{environment.deployment}-service.template.json"
    found: dict[str, Any] = json.loads((folder / "out" / name).read_text())["Resources"]
    return found


def of_type(resources: dict[str, Any], kind: str) -> list[Any]:
    """Return the properties of all resources of a type."""
    return [each["Properties"] for each in resources.values() if each["Type"] == kind]


def checked(resources: dict[str, Any]) -> set[str]:
    """Return the keys of the routes that let only tokens through."""
    routes = of_type(resources, "AWS::ApiGatewayV2::Route")
    return {each["RouteKey"] for each in routes if each.get("AuthorizationType") == "JWT"}


def variables(resources: dict[str, Any]) -> dict[str, Any]:
    """Return the variables of the function that people's pages ask."""
    [found] = [
        each["Environment"]["Variables"]
        for each in of_type(resources, "AWS::Lambda::Function")
        if each["FunctionName"].endswith("staff-web")
    ]
    return {name: value for name, value in found.items() if "ISSUER" in name}


def test_the_stack_makes_a_pool_that_nobody_joins_by_themselves(synthesised: Synthesised) -> None:
    """Accounts are made by an administrator, outlive the stack, and have no client secret."""
    [pool] = synthesised.of_type("AWS::Cognito::UserPool")
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert (pool["DeletionProtection"], pool["UsernameAttributes"]) == ("ACTIVE", ["email"])
    assert pool["EnabledMfas"] == ["SOFTWARE_TOKEN_MFA"]
    [kept] = [
        each for each in synthesised.resources.values() if each["Type"] == "AWS::Cognito::UserPool"
    ]
    assert kept["DeletionPolicy"] == "Retain"
    [client] = synthesised.of_type("AWS::Cognito::UserPoolClient")
    assert client["AllowedOAuthFlows"] == ["code"]
    assert client["AllowedOAuthScopes"] == ["openid", "email"]
    assert client["GenerateSecret"] is False
    assert [str(each).endswith("/sign-in']]}") for each in client["CallbackURLs"]] == [True]
    [domain] = synthesised.of_type("AWS::Cognito::UserPoolDomain")
    assert domain["Domain"] == f"surgeline-prod-{ACCOUNT}"


def test_one_route_lets_only_tokens_of_the_pool_through(synthesised: Synthesised) -> None:
    """The check names the pool and its client, and stands before that route alone."""
    assert {"POST /v1/staff/sign-in/issuer"} == ISSUED
    assert checked(synthesised.service["Resources"]) == ISSUED
    [check] = synthesised.of_type("AWS::ApiGatewayV2::Authorizer")
    told = variables(synthesised.service["Resources"])
    assert check["JwtConfiguration"] == {
        "Audience": [told["SURGELINE_ISSUER_CLIENT"]],
        "Issuer": told["SURGELINE_ISSUER"],
    }
    assert check["IdentitySource"] == ["$request.header.Authorization"]
    assert f"https://cognito-idp.{REGION}.amazonaws.com/" in str(told["SURGELINE_ISSUER"])
    login = f"https://surgeline-prod-{ACCOUNT}.auth.{REGION}.amazoncognito.com"
    assert told["SURGELINE_ISSUER_LOGIN"] == login


def test_any_issuer_takes_the_pools_place(tmp_path: Path) -> None:
    """Its address and client stand in the check and in the function, and no pool is made."""
    resources = service_of(tmp_path, environment_of(OTHER))
    assert of_type(resources, "AWS::Cognito::UserPool") == []
    [check] = of_type(resources, "AWS::ApiGatewayV2::Authorizer")
    issuer, client = OTHER["oidc_issuer"], OTHER["oidc_client"]
    assert check["JwtConfiguration"] == {"Audience": [client], "Issuer": issuer}
    assert checked(resources) == ISSUED
    assert variables(resources) == {
        "SURGELINE_ISSUER": issuer,
        "SURGELINE_ISSUER_CLIENT": client,
        "SURGELINE_ISSUER_LOGIN": issuer,
    }


def test_without_an_issuer_there_is_none(tmp_path: Path) -> None:
    """`none` makes no pool and no check, and tells the function of no issuer."""
    resources = service_of(tmp_path, environment_of({"oidc_issuer": "none"}))
    kinds = {each["Type"] for each in resources.values()}
    assert not any("Cognito" in each or "Authorizer" in each for each in kinds)
    assert (checked(resources), variables(resources)) == (set(), {})


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"oidc_client": "c"}, "oidc_client: give oidc_issuer too"),
        ({"oidc_issuer": "http://a.example", "oidc_client": "c"}, "use an https address"),
        ({"oidc_issuer": "https://a.example/?x=1", "oidc_client": "c"}, "use an https address"),
        ({"oidc_issuer": "https://a.example"}, "oidc_client='': use the client's id"),
        ({"oidc_issuer": "https://a.example", "oidc_client": "a b"}, "use the client's id"),
    ],
)
def test_a_wrong_issuer_says_what_is_accepted(arguments: dict[str, str], problem: str) -> None:
    """A wrong argument is refused before anything is built."""
    with pytest.raises(Refused, match=problem.replace("?", r"\?")):
        environment_of(arguments)
