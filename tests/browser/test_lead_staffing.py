"""A lead staffs the day and changes the routing, and people sign in with their accounts."""

import base64
import hashlib
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import pytest
from chromium import Chromium
from staffed import Staffed, wait_for

pytestmark = [
    pytest.mark.browser,
    pytest.mark.system,
    pytest.mark.enable_socket,
    pytest.mark.xdist_group("browser"),
    pytest.mark.timeout(240),
]

AT_PAGE = "location.pathname === '/lead' && document.body.getAttribute('aria-busy') === 'false'"
SUBMIT = "document.querySelector('#ask button[type=submit]').click()"
REASON = "Reason, which goes on record"
AGENCY = {
    "id": "agency",
    "kind": "on_demand",
    "url": "http://127.0.0.1:9/in",
    "maximum_seats": 10,
    "cost_per_hour": 30,
    "handle_minutes": 8,
}
ON_CALL = {
    "address": "http://127.0.0.1:8000",
    "people": [
        {"id": each, "name": each.title(), "reach": [{"channel": "pager", "sender": each}]}
        for each in ("mina", "lee")
    ],
    "rotas": [
        {"id": "evening", "layers": [{"people": ["mina", "lee"], "begins": "2026-03-02"}]},
    ],
}


def staff(staffed: Staffed) -> None:
    """Let a controller lead an agency, and people be on call, with a plan of today."""
    whole = staffed.admin("GET", "configuration")["configuration"]
    if any(each["id"] == "agency" for each in whole["pools"]):
        return
    whole["pools"].append(AGENCY)
    whole["channels"].append(
        {"id": "pager", "kind": "signed", "reply_url": "http://127.0.0.1:9/out"}
    )
    surge = {"mode": "advise", "pools": [{"pool": "agency"}], "spend_cap": 500}
    staffed.admin("PUT", "configuration", whole | {"surge": surge, "on_call": ON_CALL})
    today = datetime.now(UTC).date().isoformat()
    plan = {"minutes": 60, "contacts": [12.0] * 24, "agents": [4.0] * 24}
    staffed.admin("PUT", f"surge/forecasts/{today}", plan)


def section(page: Chromium, staffed: Staffed, name: str) -> None:
    """Sign a new lead in, and show a section."""
    page.open(staffed.link("Ann", "lead"))
    page.click("button", "Sign in")
    page.until(AT_PAGE)
    page.evaluate(f"location.hash = '#{name}'")
    here = f"document.querySelector('#tabs [aria-current]').getAttribute('href') === '#{name}'"
    page.until(f"{here} && document.querySelector('main button')")


def confirm(page: Chromium, *, reason: str | None = None) -> None:
    """Send the dialog's form, and wait until the act is done."""
    if reason:
        page.fill("textbox", REASON, reason)
    assert page.axe() == []
    page.evaluate(SUBMIT)
    page.until("!document.getElementById('ask').open")


def test_a_lead_staffs_the_hours_to_come(chromium: Chromium, staffed: Staffed) -> None:
    """Another mode, an order, an absence with its gap, and a call, each with its reason."""
    staff(staffed)
    section(chromium, staffed, "surge")
    assert chromium.axe() == []
    chromium.click("button", "Another mode for a while")
    chromium.choose("combobox", "Mode", "act")
    confirm(chromium, reason="the sale")
    chromium.sees("It asks pools and lets them go by itself.")
    chromium.click("button", "Order people of agency")
    chromium.fill("spinbutton", "People from outside", "3")
    confirm(chromium, reason="the match ends at nine")
    chromium.until("document.body.textContent.includes('3 people, Ann')")
    chromium.click("button", "Somebody is absent")
    chromium.fill("textbox", "Who", "Kim and Park")
    chromium.fill("spinbutton", "How many people", "2")
    confirm(chromium, reason="a cold")
    chromium.until("document.body.textContent.includes('Kim and Park: 2')")
    [absence] = staffed.admin("GET", "surge/ahead")["absences"]
    assert (absence["people"], absence["by"], absence["reason"]) == (2, "Ann", "a cold")
    chromium.click("button", "Call people of evening")
    chromium.fill("textbox", "Why people are needed", "the shop is on television")
    confirm(chromium)
    chromium.until("document.body.textContent.includes('Call of evening: 1')")
    assert chromium.axe() == []
    chromium.click("button", "Kim and Park: is back")
    wait_for(lambda: not staffed.admin("GET", "surge/ahead")["absences"], "nobody is absent")
    assert chromium.problems() == []


def test_a_lead_changes_the_steps_of_the_routing(chromium: Chromium, staffed: Staffed) -> None:
    """The steps stand in words, the difference is shown before it is saved, and then it holds."""
    staff(staffed)
    section(chromium, staffed, "routing")
    before = steps(staffed)
    chromium.click("button", "Add a step")
    chromium.evaluate("document.querySelector('[name=\"pool.desk\"]').click()")
    chromium.fill("spinbutton", "Seconds until the next step; empty for no end", "90")
    confirm(chromium)
    chromium.click("button", "Step 2 earlier")
    chromium.sees("It asks desk.")
    chromium.sees("Not saved yet")
    assert chromium.axe() == []
    assert steps(staffed) == before
    chromium.click("button", "Save the routing")
    confirm(chromium, reason="our own people first")
    chromium.sees("Saved. The next conversation goes by it within seconds.")
    saved = steps(staffed)
    assert (saved[0]["pools"], saved[0]["seconds"], saved[1:]) == (["desk"], 90, before)
    [newest, *_] = staffed.admin("GET", "configuration/versions")["versions"]
    assert (newest["who"], newest["reason"]) == ("Ann", "our own people first")
    assert chromium.problems() == []


def steps(staffed: Staffed) -> list[dict[str, Any]]:
    """Return the steps that are in force."""
    found: list[dict[str, Any]] = staffed.admin("GET", "configuration")["configuration"]["routing"][
        "steps"
    ]
    return found


ISSUER = """
const real = fetch;
const said = (value) => Promise.resolve(new Response(JSON.stringify(value)));
globalThis.fetch = (url, how = {}) => {
  const [address, id] = [String(url), "https://id.test/"]; // the name of an issuer may end so
  if (address.endsWith("/v1/staff/issuer")) return said({ issuer: id, client: "pages" });
  if (address === "https://id.test/.well-known/openid-configuration") {
    const login = `${location.origin}/staff/staff/staff.css`; // stands for the login page
    return said({ issuer: id, authorization_endpoint: login, token_endpoint: `${id}token` });
  }
  if (address === `${id}token`) {
    sessionStorage.setItem("exchanged", how.body);
    return said({ id_token: "a.b.c" });
  }
  if (!address.endsWith("/v1/staff/sign-in/issuer")) return real(url, how);
  sessionStorage.setItem("proved", how.headers.Authorization);
  return said({ page: "/staff/staff/staff.css" });
};
"""
QUERY = "Object.fromEntries(new URLSearchParams(location.search))"


def test_an_account_is_proved_by_a_code_and_its_verifier(
    chromium: Chromium, staffed: Staffed
) -> None:
    """The page leaves with a challenge, and takes back only a code that it has asked for."""
    page = f"{staffed.instance.url}/sign-in"
    chromium.open(page, before=ISSUER)
    chromium.click("button", "Sign in with your company's account")
    chromium.until("location.pathname.endsWith('.css')")
    asked = chromium.evaluate(QUERY)
    assert asked["redirect_uri"] == page
    assert (asked["client_id"], asked["scope"]) == ("pages", "openid email")
    chromium.evaluate(f"location.assign('{page}?code=stolen&state=another')")
    refused = "document.getElementById('more')?.textContent.includes('let nobody in')"
    chromium.until(refused)
    assert chromium.evaluate("location.search + sessionStorage.getItem('exchanged')") == "null"
    chromium.click("button", "Sign in with your company's account")
    chromium.until("location.pathname.endsWith('.css')")
    asked = chromium.evaluate(QUERY)
    chromium.evaluate(f"location.assign('{page}?code=mine&state={asked['state']}')")
    chromium.until("location.pathname.endsWith('.css') && sessionStorage.getItem('proved')")
    assert chromium.evaluate("sessionStorage.getItem('proved')") == "Bearer a.b.c"
    body = parse_qs(chromium.evaluate("sessionStorage.getItem('exchanged')"))
    digest = hashlib.sha256(body["code_verifier"][0].encode()).digest()
    assert asked["code_challenge"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert body["code"] == ["mine"]


DIALOG = "document.querySelector('#shifts-dialog[open] #shifts-body h3')"
SAID = "document.querySelector('#shifts-body [role=status]').textContent"


def at_shifts(page: Chromium, staffed: Staffed, name: str) -> None:
    """Sign a person in at the console, and open their shifts."""
    page.open(staffed.link(name))
    page.click("button", "Sign in")
    page.until(
        "location.pathname === '/agent' && document.body.getAttribute('aria-busy') === 'false'"
    )
    page.click("button", "Shifts")
    page.until(DIALOG)


def test_people_give_times_on_call_to_each_other(chromium: Chromium, staffed: Staffed) -> None:
    """One offers a time in the console, another takes it, and says when they can work."""
    staff(staffed)
    at_shifts(chromium, staffed, "Mina")
    chromium.evaluate("document.querySelector('#shifts-body details').open = true")
    assert chromium.axe() == []
    chromium.click("button", "Offer it to the others")
    chromium.until(f"{SAID}.startsWith('It is offered')")
    at_shifts(chromium, staffed, "Lee")
    chromium.click("button", "Take it")
    chromium.until(f"{SAID} === 'It is yours now.'")
    chromium.click("button", "Add")
    chromium.until(f"{SAID} === 'Your times are kept.'")
    assert chromium.axe() == []
    assert chromium.problems() == []
    section(chromium, staffed, "surge")
    chromium.sees("Lee instead of Mina")
    chromium.sees("Shares of the last 90 days")
    assert chromium.axe() == []
    chromium.click("button", "Undo the swap in evening")
    chromium.until("!document.body.textContent.includes('Lee instead of Mina')")


FROM_AN_ACCOUNT = """
const real = fetch;
const person = { name: "Mina", role: "agent" };
const until = new Date(Date.now() + 3600000).toISOString();
const has = { has_password: false, asks_password: false };
const found = { person, page: "/agent", expires_at: until, ...has };
globalThis.fetch = (url, how) =>
  String(url).endsWith("/v1/staff/me")
    ? Promise.resolve(new Response(JSON.stringify({ ...found, sets_password: false })))
    : real(url, how);
"""


def test_a_session_of_an_account_is_offered_no_password(
    chromium: Chromium, staffed: Staffed
) -> None:
    """The page says why, and has no form for a password."""
    chromium.open(f"{staffed.instance.url}/account", before=FROM_AN_ACCOUNT)
    chromium.until("document.getElementById('card').ariaBusy === 'false'")
    said = chromium.evaluate("document.getElementById('more').textContent")
    assert "Sign in with a link" in said
    assert chromium.evaluate("document.getElementById('set').hidden")
    assert chromium.axe() == []
    assert chromium.problems() == []
