"""People sign in with a link that works once, and are known by a session until it ends."""

import json
from pathlib import Path
from typing import Any

import pytest
from surgeline.application.staff.passes import INVITATION_SECONDS, SESSION_SECONDS

from tests.functions.signed_in import DESK, ORIGIN, invited, session_of, sign_in
from tests.functions.stage import Stage

DAY = 86_400


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Return the shop with a desk of its own people."""
    made = Stage(tmp_path)
    made.configure(pools=[DESK])
    return made


def me(stage: Stage, headers: Any) -> Any:
    return stage.request("GET", "/v1/staff/me", headers=headers)


def test_a_link_signs_in_once_and_a_session_knows_its_person(stage: Stage) -> None:
    """The session tells the name, the role, the pools and what the role may do."""
    token = invited(stage, "Mina", "agent", "desk")
    headers = session_of(stage, token)
    person = me(stage, headers).json["person"]
    assert (person["name"], person["role"], person["pools"]) == ("Mina", "agent", ["desk"])
    assert person["may"] == ["desk"]
    again = stage.request("POST", "/v1/staff/sign-in", {"token": token}, ORIGIN)
    assert (again.status, "set-cookie" in again.headers) == (401, False)


def test_no_token_is_kept_or_logged(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither an invitation's token nor a session's stands in a file or in a log line."""
    token = invited(stage, "Mina", "agent", "desk")
    kept = stage.everything_kept()
    headers = session_of(stage, token)
    me(stage, headers)
    session = headers["cookie"].partition("=")[2]
    written = kept + stage.everything_kept() + "".join(capsys.readouterr())
    assert token not in written
    assert session not in written


def test_the_cookie_is_for_this_site_alone(stage: Stage) -> None:
    """Over https the cookie is bound to the host; over http on one machine it has another name."""
    for proto, name, end in (
        ("", "surgeline_staff=", "SameSite=Strict"),
        ("https", "__Host-surgeline_staff=", "SameSite=Strict; Secure"),
    ):
        body = {"token": invited(stage, "Mina", "agent", "desk")}
        headers = ORIGIN | {"x-forwarded-proto": proto}
        answered = stage.request("POST", "/v1/staff/sign-in", body, headers)
        cookie = answered.headers["set-cookie"]
        assert cookie.startswith(name)
        assert cookie.endswith(end)
        assert "; Path=/; " in cookie
        assert "; HttpOnly; " in cookie
    plain = sign_in(stage, "Lee", "lead")
    assert me(stage, plain | {"x-forwarded-proto": "https"}).status == 401


def test_an_invitation_ends_after_three_days_and_a_session_after_its_last_use(stage: Stage) -> None:
    """An old link is refused, and a session that is used goes on."""
    late = invited(stage, "Ann", "lead")
    stage.clock.advance(INVITATION_SECONDS)
    assert stage.request("POST", "/v1/staff/sign-in", {"token": late}, ORIGIN).status == 401
    headers = sign_in(stage, "Mina", "agent", "desk")
    stage.clock.advance(SESSION_SECONDS - DAY)
    renewed = me(stage, headers)
    assert headers["cookie"] in renewed.headers["set-cookie"]
    stage.clock.advance(SESSION_SECONDS - 1)
    assert me(stage, headers).status == 200
    stage.clock.advance(SESSION_SECONDS)
    assert me(stage, headers).status == 401


def test_signing_out_ends_the_session_alone(stage: Stage) -> None:
    """The cookie is deleted, and another session of the person goes on."""
    first = sign_in(stage, "Mina", "agent", "desk")
    second = sign_in(stage, "Mina", "agent", "desk")
    answered = stage.request("POST", "/v1/staff/sign-out", {}, first)
    assert "Max-Age=0" in answered.headers["set-cookie"]
    assert (me(stage, first).status, me(stage, second).status) == (401, 200)


def test_a_revoked_person_is_out_everywhere_until_the_next_invitation(stage: Stage) -> None:
    """Sessions and open invitations end at once; a later invitation lets the person in again."""
    headers = sign_in(stage, "Mina", "agent", "desk")
    still_open = invited(stage, "Mina", "agent", "desk")
    person_id = me(stage, headers).json["person"]["id"]
    revoked = stage.admin("POST", f"/v1/admin/staff/{person_id}/revoke", {})
    assert revoked.json["person"]["revoked"]
    assert me(stage, headers).status == 401
    body = {"token": still_open}
    assert stage.request("POST", "/v1/staff/sign-in", body, ORIGIN).status == 401
    assert me(stage, sign_in(stage, "Mina", "lead")).json["person"]["role"] == "lead"
    assert me(stage, headers).status == 401
    unknown = stage.admin("POST", f"/v1/admin/staff/u{'a' * 26}/revoke", {})
    assert unknown.status == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"x-surgeline": "1"},
        {"x-surgeline": "1", "origin": "https://evil.test"},
        {"x-surgeline": "1", "origin": "null"},
        {"x-surgeline": "1", "origin": "http://["},
        {"origin": "http://shop.test"},
    ],
)
def test_a_page_of_another_site_changes_nothing(stage: Stage, headers: dict[str, str]) -> None:
    """Without our header and our origin a session changes nothing, and nobody signs in."""
    cookie = {"cookie": sign_in(stage, "Ann", "admin")["cookie"]}
    body = {"name": "Eve", "role": "admin"}
    answered = stage.request("POST", "/v1/admin/staff", body, cookie | headers)
    assert answered.status == 403
    assert stage.request("POST", "/v1/staff/sign-out", {}, cookie | headers).status == 403
    token = {"token": invited(stage, "Mina", "lead")}
    assert stage.request("POST", "/v1/staff/sign-in", token, headers).status == 403
    assert stage.request("POST", "/v1/staff/sign-in", token, ORIGIN).status == 200


def test_sign_ins_from_one_network_are_capped(stage: Stage) -> None:
    """Guesses are refused with a time to wait, and another network is not affected."""
    said = [
        stage.request("POST", "/v1/staff/sign-in", {"token": "guess"}, ORIGIN) for _ in range(65)
    ]
    assert [each.status for each in said[:60]] == [401] * 60
    assert said[-1].status == 429
    assert int(said[-1].headers["retry-after"]) >= 1
    other = ORIGIN | {"x-forwarded-for": "198.51.100.7"}
    assert stage.request("POST", "/v1/staff/sign-in", {"token": "guess"}, other).status == 401


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "System", "role": "lead"}, "name"),
        ({"name": "\u3164", "role": "lead"}, "name"),
        ({"name": "Mina"}, "role"),
        ({"name": "Mina", "role": "boss"}, "role"),
        ({"name": "Mina", "role": "agent"}, "pools"),
        ({"name": "Mina", "role": "agent", "pools": ["nowhere"]}, "pools"),
        ({"name": "Mina", "role": "agent", "pools": "desk"}, "pools"),
    ],
)
def test_an_invitation_names_what_is_wrong(stage: Stage, body: Any, field: str) -> None:
    """A refused invitation names its field, and nobody is added."""
    answered = stage.admin("POST", "/v1/admin/staff", body)
    assert (answered.status, answered.json["error"]["field"]) == (400, field)
    assert stage.admin("GET", "/v1/admin/staff").json["people"] == []


def test_the_same_name_is_the_same_person(stage: Stage) -> None:
    """A second invitation changes the role and the pools of the one person."""
    invited(stage, "Mina", "agent", "desk")
    invited(stage, "MINA", "admin")
    [person] = stage.admin("GET", "/v1/admin/staff").json["people"]
    assert (person["name"], person["role"], person["pools"]) == ("MINA", "admin", [])


def test_each_change_is_kept_with_who_made_it(stage: Stage) -> None:
    """Changes by key and by session are on record, with their reason and their answer."""
    admin = sign_in(stage, "Ann", "admin")
    reason = admin | {"x-reason": "%EC%A0%90%EC%8B%AC"}
    stage.request("PATCH", "/v1/admin/pools/desk", {"paused": True}, reason)
    stage.request("PATCH", "/v1/admin/pools/nowhere", {"paused": True}, admin)
    acts = stage.admin("GET", "/v1/admin/audit").json["acts"]
    shown = [(each["who"], each["act"], each["target"], each["status"]) for each in acts]
    patch = "PATCH pools/{pool_id}"
    assert sorted(shown) == sorted(
        [
            ("Ann (admin)", patch, "desk", 200),
            ("Ann (admin)", patch, "nowhere", 404),
            ("the key 'test'", "POST staff", "Ann", 201),
        ]
    )
    assert {each["reason"] for each in acts} == {"점심", ""}


def test_an_act_that_was_cut_off_stays_on_record(stage: Stage) -> None:
    """A change whose process died before the answer has no status."""
    admin = sign_in(stage, "Ann", "admin")
    with pytest.raises(KeyError):
        stage.call("admin_api", _broken(stage, admin))
    acts = stage.admin("GET", "/v1/admin/audit").json["acts"]
    assert [each["who"] for each in acts if each["status"] is None] == ["Ann (admin)"]


def _broken(stage: Stage, headers: Any) -> Any:
    """Return the event of a change that fails inside, because its path lacks a parameter."""
    del stage
    return {
        "routeKey": "DELETE /v1/admin/pools/{pool_id}",
        "headers": {**headers, "host": "shop.test", "content-type": "application/json"},
        "cookies": [headers["cookie"]],
        "pathParameters": {},
        "body": json.dumps({}),
    }


def test_the_page_of_the_link_is_strict_and_holds_no_data(stage: Stage) -> None:
    """Nothing of another site runs in the page, no site shows it, and a file is no page."""
    page = stage.request("GET", "/sign-in")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["referrer-policy"] == "no-referrer"
    assert stage.request("GET", "/staff/staff/sign-in.js").status == 200
    for path in ("/staff/staff/sign-in.html", "/staff/chat/chat.js", "/staff/staff/nothing.js"):
        assert stage.request("GET", path).status == 404


def test_a_lead_runs_the_day_of_a_pool_and_nothing_else(stage: Stage) -> None:
    """Standing, seats and hours are a lead's to change, and an endpoint is not."""
    lead = sign_in(stage, "Lee", "lead")
    path = "/v1/admin/pools/desk"
    assert stage.request("PATCH", f"{path}/day", {"paused": True}, lead).status == 200
    assert stage.request("PATCH", f"{path}/day", {"seats": 4}, lead).json["pool"]["seats"] == 4
    for wrong in ({"url": "https://evil.test/"}, {"paused": True, "kind": "on_demand"}, {}):
        assert stage.request("PATCH", f"{path}/day", wrong, lead).status == 400
    assert stage.request("PATCH", path, {"paused": False}, lead).status == 403
    shown = stage.admin("GET", "/v1/admin/configuration").json["configuration"]["pools"]
    assert [each["paused"] for each in shown] == [True]


def test_a_lead_closes_a_channel_and_opens_it_and_changes_nothing_else_of_it(stage: Stage) -> None:
    """The closure is a lead's to change, and where replies go is not."""
    lead = sign_in(stage, "Lee", "lead")
    path = "/v1/admin/channels/shop"
    closure = {"texts": {"en": "Write here: {link}"}, "page": "https://help.example/c/web"}
    closed = stage.request("PATCH", f"{path}/day", {"closure": closure}, lead)
    assert closed.json["channel"]["closure"]["page"] == closure["page"]
    for wrong in ({"reply_url": "https://evil.test/"}, {"closure": None, "kind": "web"}, {}):
        assert stage.request("PATCH", f"{path}/day", wrong, lead).status == 400
    assert stage.request("PATCH", path, {"closure": None}, lead).status == 403
    opened = stage.request("PATCH", f"{path}/day", {"closure": None}, lead)
    assert not opened.json["channel"].get("closure")


def test_own_people_without_an_endpoint_work_in_the_console(stage: Stage) -> None:
    """A pool of the kind in_house without a URL is reached by the console, and gets no secret."""
    made = stage.admin("PUT", "/v1/admin/pools/night", {"kind": "in_house"})
    assert (made.status, made.json["pool"]["reached_by"]) == (200, "console")
    assert "secret" not in made.json
    vendor = stage.admin("PUT", "/v1/admin/pools/crowd", {"kind": "on_demand"})
    assert vendor.status == 422
