"""A lead without a terminal sees an older queue, has it answered, and takes the rest out."""

import json

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
ASKED = ("Where is my order?", "My lamp is broken and it burnt the carpet", "Purple elephants?")

ROWS = [f'{number},a{number}@a.example,"{text}",2026-02-10' for number, text in enumerate(ASKED)]
TABLE = "\n".join(["id,sender,text,date", *ROWS, "9,,nobody wrote this,2026-02-10"])
FILE = f"""{{
const chosen = new DataTransfer();
chosen.items.add(new File([{json.dumps(TABLE)}], "Support.csv", {{ type: "text/csv" }}));
const field = document.querySelector("#ask [name=file]");
field.files = chosen.files;
field.dispatchEvent(new Event("change"));
}}"""
"""Choosing a file, which no test can do with the browser's own window."""
HELD = """{
const real = window.fetch;
window.fetch = (url, asked) => {
  window.fetch = real;
  return new Promise((resolve) => (window.goOn = () => resolve(real(url, asked))));
};
document.querySelector("main h1").id = "before";
}"""
"""The next request waits until the test says so, and the section is known once it is shown anew."""
BUSY = (
    "Answers of the backlog first go out now. "
    "Once they are out, the assistant can answer another one."
)
SLOW = """
window.lots = [];
const real = window.fetch;
window.fetch = (url, asked) => {
  if (asked?.method !== "POST" || !String(url).includes("/acts")) return real(url, asked);
  const said = (after) => new Response(JSON.stringify({ conversations: 0, next_after: after }));
  window.lots.push(String(url).split("/").at(-2));
  if (window.lots.length === 1) return Promise.resolve(said("a1"));
  return new Promise((resolve) => (window.goOn = (after) => resolve(said(after))));
};
"""
"""The first lot is answered at once, and each other one when the test says so."""


def bring(staffed: Staffed, name: str = "support") -> None:
    """Bring a queue in, and wait until each ticket was read."""
    tickets = [
        {
            "key": f"t{number}",
            "sender": f"{name}-{number}",
            "said": [{"by": "customer", "text": text, "at": "2026-02-10T09:00:00Z"}],
        }
        for number, text in enumerate(ASKED)
    ]
    body = {"channel": "web", "format": "table", "tickets": tickets}
    staffed.admin("POST", f"backlogs/{name}/tickets", body)
    wait_for(lambda: states(staffed, name) == ["silent"] * 3, "the tickets are read", 15)


def states(staffed: Staffed, name: str = "support") -> list[str]:
    """Return how each ticket stands."""
    return sorted(e["state"] for e in staffed.admin("GET", f"backlogs/{name}")["tickets"])


def confirm(page: Chromium) -> None:
    """Give a reason in the dialog, and send it."""
    page.until("document.getElementById('ask').open")
    assert page.axe() == []
    page.fill("textbox", "Reason, which goes on record", "the queue of the holidays")
    page.evaluate("document.querySelector('#ask button[type=submit]').click()")
    page.until("!document.getElementById('ask').open")


def test_a_lead_answers_a_backlog_and_takes_the_rest_out(
    chromium: Chromium, staffed: Staffed
) -> None:
    """A file comes in unless cancelled, each act asks first, and the record has the reason."""
    drill = {"kind": "on_demand", "url": staffed.instance.url, "drill": True}
    staffed.admin("PUT", "pools/trainees", drill)
    chromium.open(staffed.link("Ann", "lead"))
    chromium.click("button", "Sign in")
    chromium.until(AT_PAGE)
    chromium.click("link", "Backlog")
    chromium.until("document.querySelector('main code')?.textContent.includes('backlog import')")
    chromium.click("button", "Choose a file")
    chromium.until("document.getElementById('ask').open")
    assert chromium.axe() == []
    chromium.evaluate(FILE)
    chromium.evaluate(HELD)
    chromium.evaluate("document.querySelector('#ask button[type=submit]').click()")
    chromium.until("window.goOn !== undefined")
    chromium.click("button", "Cancel")
    chromium.evaluate("window.goOn()")
    chromium.until("!document.getElementById('before')")
    assert not chromium.evaluate("document.getElementById('ask').open")
    chromium.click("button", "Choose a file")
    chromium.evaluate(FILE)
    chromium.evaluate("document.querySelector('#ask button[type=submit]').click()")
    chromium.sees("Tickets that would come in: 3")
    chromium.sees("1 left out: could not be read")
    confirm(chromium)
    wait_for(lambda: states(staffed) == ["silent"] * 3, "the tickets are read", 15)
    chromium.evaluate("location.hash = '#backlog'")
    chromium.click("link", "support")
    chromium.sees("Conversations: 3, from 3 tickets")
    chromium.sees("Why the assistant would not answer")
    assert chromium.axe() == []
    chromium.click("button", "Offer to a pool")
    chromium.until(
        "document.getElementById('ask').open || document.getElementById('banner').textContent"
    )
    pools = "[...document.querySelectorAll('#ask [name=pool] option')].map((e) => e.value)"
    assert "trainees" not in chromium.evaluate(pools)
    chromium.evaluate("document.getElementById('ask').close()")
    chromium.click("button", "Have the assistant answer")
    chromium.sees("Conversations meant: 1")
    confirm(chromium)
    wait_for(lambda: states(staffed) == ["answered", "silent", "silent"], "it is answered", 15)
    chromium.click("button", "Take out and forget")
    confirm(chromium)
    wait_for(lambda: states(staffed) == ["answered", "taken_out", "taken_out"], "they are out", 15)
    acts = staffed.admin("GET", "audit")["acts"]
    assert [(each["target"], each["reason"]) for each in acts if "backlogs" in each["act"]] == [
        ("support/withdraw", "the queue of the holidays"),
        ("support/answer", "the queue of the holidays"),
        ("support", "the queue of the holidays"),
    ]
    chromium.evaluate("location.hash = '#people'")
    chromium.sees("Had the assistant answer: the backlog support")
    assert chromium.problems() == []


def test_no_second_backlog_is_answered_while_one_is(chromium: Chromium, staffed: Staffed) -> None:
    """The other page says why it offers no answer. Every lot goes to the backlog of its run."""
    bring(staffed, "first")
    bring(staffed, "second")
    chromium.open(staffed.link("Ann", "lead"), before=SLOW)
    chromium.click("button", "Sign in")
    chromium.until(AT_PAGE)
    chromium.evaluate("location.hash = '#backlog/first'")
    chromium.click("button", "Have the assistant answer")
    confirm(chromium)
    chromium.until("window.goOn !== undefined")
    chromium.evaluate("location.hash = '#backlog/second'")
    chromium.sees(BUSY)
    offers = "[...document.querySelectorAll('main button.primary')].length"
    assert chromium.evaluate(offers) == 0
    assert chromium.axe() == []
    chromium.evaluate("window.goOn('a2')")
    chromium.until("window.lots.length === 3")
    chromium.evaluate("window.goOn('')")
    chromium.until(f"{offers} === 1")
    assert chromium.evaluate("window.lots") == ["first"] * 3
    assert chromium.problems() == []
