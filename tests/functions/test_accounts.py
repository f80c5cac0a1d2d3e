"""People of a deployment sign in with an account of the company's issuer, if they are invited."""

import json
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from surgeline.application.staff.accounts import SESSION_SECONDS

from tests.functions.signed_in import DESK
from tests.functions.stage import Stage

EVENT = json.loads(
    (Path(__file__).parents[1] / "events" / "aws" / "http-api-v2-jwt.json").read_text()
)
CLAIMS: Mapping[str, Any] = EVENT["requestContext"]["authorizer"]["jwt"]["claims"]
ISSUER = {
    "ISSUER": CLAIMS["iss"],
    "ISSUER_CLIENT": CLAIMS["aud"],
    "ISSUER_LOGIN": "https://surgeline-prod-1.auth.us-east-1.amazoncognito.com",
}
HOST = EVENT["headers"]["host"]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Return the shop of a deployment with an issuer, and an agent who is invited."""
    made = Stage(tmp_path, settings=ISSUER)
    made.configure(pools=[DESK])
    invite(made, "Mina", "agent", email="Mina@Shop.Example", pools=["desk"])
    return made


def invite(stage: Stage, name: str, role: str, **more: Any) -> Any:
    """Invite somebody over the operators' API."""
    return stage.admin("POST", "/v1/admin/staff", {"name": name, "role": role, **more})


def sign_in(stage: Stage, headers: Mapping[str, str] | None = None, **claims: Any) -> Any:
    """Invoke the function with AWS's event. Times of the claims are the stage's, if not given."""
    event = deepcopy(EVENT)
    event["headers"] |= headers or {}
    given = event["requestContext"]["authorizer"]["jwt"]["claims"]
    given |= {"exp": str(stage.clock.now() // 1000 + 300)} | claims
    for name in [name for name, value in given.items() if value is None]:
        del given[name]
    return stage.call("staff_web", event)


def asks(stage: Stage, cookie: str, method: str, path: str, body: Any = None) -> Any:
    """Ask as a page of the browser that was given this cookie."""
    proof = {"x-surgeline": "1", "origin": f"https://{HOST}"}
    headers = proof | {"x-forwarded-proto": "https", "host": HOST}
    return stage.request(method, path, body, headers | {"cookie": cookie.partition(";")[0]})


def me(stage: Stage, answered: Mapping[str, Any]) -> Any:
    """Ask who is signed in, as the browser that got this answer."""
    return asks(stage, answered["headers"]["set-cookie"], "GET", "/v1/staff/me")


def test_an_invited_account_signs_in(stage: Stage) -> None:
    """The proved address leads to the person with the role that the invitation gave."""
    answered = sign_in(stage)
    assert answered["statusCode"] == 200, answered["body"]
    assert json.loads(answered["body"])["page"] == "/agent"
    person = me(stage, answered).json["person"]
    assert (person["name"], person["role"], person["may"]) == ("Mina", "agent", ["desk"])
    assert answered["headers"]["set-cookie"].startswith("__Host-surgeline_staff=")


def test_a_session_of_an_account_ends_after_half_a_day(stage: Stage) -> None:
    """The issuer is asked again then, however much the session was used."""
    answered = sign_in(stage)
    assert f"Max-Age={SESSION_SECONDS}" in answered["headers"]["set-cookie"]
    stage.clock.advance(SESSION_SECONDS - 1)
    going_on = me(stage, answered)
    assert (going_on.status, "set-cookie" in going_on.headers) == (200, False)
    stage.clock.advance(1)
    assert me(stage, answered).status == 401


def test_a_session_of_an_account_sets_no_password(stage: Stage) -> None:
    """The refusal says what to do, removing nothing is refused, and the session ends as before."""
    cookie = sign_in(stage)["headers"]["set-cookie"]
    assert asks(stage, cookie, "GET", "/v1/staff/me").json["sets_password"] is False
    words = {"password": "lamp orchid tram nine"}
    refused = asks(stage, cookie, "PUT", "/v1/staff/password", words)
    assert (refused.status, "sign in with a link" in refused.text) == (403, True)
    assert asks(stage, cookie, "POST", "/v1/staff/password/remove", {}).status == 409
    stage.clock.advance(SESSION_SECONDS)
    assert asks(stage, cookie, "GET", "/v1/staff/me").status == 401


def test_removing_a_password_keeps_the_end_of_an_accounts_session(stage: Stage) -> None:
    """The new session and its cookie end when the issuer's session would have ended."""
    path = invite(stage, "Mina", "agent", pools=["desk"]).json["path"]
    link = {"token": path.partition("#")[2]}
    begun = asks(stage, "", "POST", "/v1/staff/sign-in", link).headers["set-cookie"]
    words = {"password": "lamp orchid tram nine"}
    assert asks(stage, begun, "PUT", "/v1/staff/password", words).status == 200
    cookie = sign_in(stage)["headers"]["set-cookie"]
    stage.clock.advance(60)
    removed = asks(stage, cookie, "POST", "/v1/staff/password/remove", {})
    cookie = removed.headers["set-cookie"]
    assert f"Max-Age={SESSION_SECONDS - 60};" in cookie
    stage.clock.advance(SESSION_SECONDS - 61)
    going_on = asks(stage, cookie, "GET", "/v1/staff/me")
    assert (going_on.status, "set-cookie" in going_on.headers) == (200, False)
    stage.clock.advance(1)
    assert asks(stage, cookie, "GET", "/v1/staff/me").status == 401


def test_an_issuer_whose_name_ends_with_a_slash_is_compared_exactly(tmp_path: Path) -> None:
    """The slash belongs to the name in the tokens, and a name without it is another issuer."""
    name = "https://shop.auth.example/"
    stage = Stage(tmp_path, settings=ISSUER | {"ISSUER": name})
    stage.configure(pools=[DESK])
    invite(stage, "Mina", "agent", email="mina@shop.example", pools=["desk"])
    statuses = [sign_in(stage, iss=each)["statusCode"] for each in (name, name[:-1])]
    assert statuses == [200, 401]


HOSTILE = (
    ({"aud": "another-client"}, 401),
    ({"aud": "[4k2bqexample7client another]"}, 401),
    ({"aud": None, "client_id": CLAIMS["aud"], "token_use": "access"}, 401),
    ({"iss": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Another"}, 401),
    ({"iss": None}, 401),
    ({"exp": "1"}, 401),
    ({"exp": "soon"}, 401),
    ({"exp": None}, 401),
    ({"sub": None}, 401),
    ({"sub": ""}, 401),
    ({"sub": "x" * 256}, 401),
    ({"email_verified": "false"}, 403),
    ({"email_verified": None}, 403),
    ({"email": None}, 403),
    ({"email": "ann@shop.example"}, 403),
    ({"email": "", "sub": "nobody"}, 403),
    ({"email": "mina@shop.example.evil.test"}, 403),
)


def test_claims_that_prove_nothing_here_let_nobody_in(stage: Stage) -> None:
    """Another audience, issuer or time, an unproved address and a stranger are refused."""
    claims: dict[str, Any]
    for claims, status in HOSTILE:
        answered = sign_in(stage, **claims)
        said = (answered["statusCode"], "set-cookie" in answered["headers"])
        assert said == (status, False), claims


def test_without_checked_claims_nobody_signs_in(stage: Stage, tmp_path: Path) -> None:
    """A bearer that API Gateway did not check is worth nothing, and so is one machine's route."""
    bearer = {"authorization": EVENT["headers"]["authorization"], "x-surgeline": "1"}
    headers = bearer | {"origin": "http://shop.test"}
    path = "/v1/staff/sign-in/issuer"
    assert stage.request("POST", path, {}, headers).status == 401
    alone = Stage(tmp_path / "alone")
    assert alone.request("POST", path, {}, headers).status == 401
    assert sign_in(alone)["statusCode"] == 401
    assert alone.request("GET", "/v1/staff/issuer").json == {"issuer": None, "client": None}


def test_another_sites_page_signs_nobody_in_by_an_account(stage: Stage) -> None:
    """A page of another origin cannot make a browser somebody else's."""
    assert sign_in(stage, {"origin": "https://evil.test"})["statusCode"] == 403


def test_an_account_stays_bound_to_its_person(stage: Stage) -> None:
    """A new address is still the person, and a new account with the old address is not."""
    assert sign_in(stage)["statusCode"] == 200
    assert sign_in(stage, email="mina.new@shop.example")["statusCode"] == 200
    assert sign_in(stage, sub="somebody-who-got-the-address")["statusCode"] == 403
    invite(stage, "Mina", "lead")
    assert json.loads(sign_in(stage)["body"])["page"] == "/lead"
    assert sign_in(stage, sub="somebody-who-got-the-address")["statusCode"] == 403
    invite(stage, "Mina", "lead", email="mina@shop.example")
    assert sign_in(stage, sub="a-new-account")["statusCode"] == 200
    assert sign_in(stage)["statusCode"] == 403


def test_a_revoked_person_is_out_until_the_next_invitation(stage: Stage) -> None:
    """The session ends at once, and the account lets nobody in meanwhile."""
    answered = sign_in(stage)
    [person] = stage.backend.staff().people()
    stage.admin("POST", f"/v1/admin/staff/{person.id}/revoke", {})
    assert me(stage, answered).status == 401
    refused = sign_in(stage)
    assert refused["statusCode"] == 403
    assert "until the next invitation" in refused["body"]
    invite(stage, "Mina", "agent", pools=["desk"])
    assert sign_in(stage)["statusCode"] == 200


@pytest.mark.parametrize("email", ["mina", "@shop.example", "mina@", "a b@shop.example", 7])
def test_an_address_that_is_none_is_refused(stage: Stage, email: Any) -> None:
    """The refusal names the field, and nobody is added."""
    answered = invite(stage, "Ann", "lead", email=email)
    assert (answered.status, answered.json["error"]["field"]) == (400, "email")


def test_two_people_have_no_address_in_common(stage: Stage) -> None:
    """An address that is another person's is refused, and shown where it is one's own."""
    answered = invite(stage, "Ann", "lead", email="MINA@shop.example")
    assert (answered.status, answered.json["error"]["field"]) == (400, "email")
    [person] = stage.admin("GET", "/v1/admin/staff").json["people"]
    assert person["email"] == "mina@shop.example"


def test_the_page_may_ask_the_issuer_and_no_other_server(stage: Stage, tmp_path: Path) -> None:
    """The sign-in page's policy names the issuer's two origins, and other pages' does not."""
    policy = stage.request("GET", "/sign-in").headers["content-security-policy"]
    origins = "https://cognito-idp.us-east-1.amazonaws.com " + ISSUER["ISSUER_LOGIN"]
    assert f"connect-src 'self' {origins} ws: wss:;" in policy
    assert "cognito" not in stage.request("GET", "/lead").headers["content-security-policy"]
    alone = Stage(tmp_path / "alone").request("GET", "/sign-in")
    assert "connect-src 'self' ws: wss:;" in alone.headers["content-security-policy"]
    shown = stage.request("GET", "/v1/staff/issuer").json
    assert shown == {"issuer": CLAIMS["iss"], "client": CLAIMS["aud"]}
