"""The chat page when slow, reloaded and in two tabs; staff's pages in large and forced looks."""

import time

import pytest
from chromium import Chromium
from fake_server import FakeServer
from staffed import WISH, Customer, Staffed, go, sign_in
from test_lead import SECTIONS

from tests.often import often

pytestmark = [
    pytest.mark.browser,
    pytest.mark.enable_socket,
    pytest.mark.xdist_group("browser"),
    pytest.mark.timeout(240),
]

MOST_SECONDS = 8.0
QUESTION = "Where is my order?"
SITES_OWN = """
import("./assets/client.js").then(({ Chat }) => {
  const own = { getItem: () => null, setItem() {}, removeItem() {} }; // beside the page's own chat
  const chat = Object.assign(new Chat("web", own), { searched: "bikes" });
  chat.attributes = { searched: "tyres", plan: "gold" };
  chat.send("mine", "en");
});
"""
WIDE = "document.documentElement.scrollWidth <= innerWidth"
LOOKS = [{"text": 32}, {"forced": "active"}, {"forced": "active", "scheme": "dark"}]


def test_the_page_is_there_over_a_slow_network(chromium: Chromium, server: FakeServer) -> None:
    """One can write within seconds, sees what is on its way, and nothing is sent twice."""
    begun = time.monotonic()
    chromium.open(server.url, slow=True)
    assert time.monotonic() - begun < MOST_SECONDS
    chromium.ask("Where is my order?")
    chromium.said("customer", "Where is my order?", "sending")
    chromium.press("Enter")
    chromium.said("customer", "Where is my order?", "sent")
    chromium.said("bot", "You said: Where is my order?")
    assert len(server.posts) == 1
    assert chromium.problems() == []


def test_a_reload_keeps_history_and_draft(page: Chromium, server: FakeServer) -> None:
    """Everything said is there again, once, and so is the half-written text.

    What this tab searched in the help centre comes with the next words, for whoever answers. A
    site's own attributes go before it, and it is forgotten once the conversation is over.
    """
    page.ask(QUESTION)
    page.said("bot", f"You said: {QUESTION}")
    page.type("and my")
    page.evaluate("sessionStorage.setItem('surgeline.search', 'bikes')")
    page.reload()
    page.said("bot", f"You said: {QUESTION}")
    assert page.texts() == [QUESTION, f"You said: {QUESTION}"]
    assert page.evaluate("document.getElementById('draft').value") == "and my"
    assert len(server.posts) == 1
    page.evaluate("document.getElementById('send').click()")
    assert server.posted(2)[1]["attributes"] == {"searched": "bikes"}
    page.evaluate(SITES_OWN)
    assert server.posted(3)[2]["attributes"] == {"searched": "tyres", "plan": "gold"}
    server.own("bot", "closed")
    server.say("system", "over")
    page.said("system", "over")
    page.until("!sessionStorage.getItem('surgeline.search')")
    page.ask("once more")
    assert server.posted(4)[3]["attributes"] == {}


def test_two_tabs_show_one_chat(chromium: Chromium, server: FakeServer) -> None:
    """What is written in one tab stands in the other, once and in the same order."""
    chromium.open(server.url)
    chromium.ask("one")
    chromium.said("bot", "You said: one")
    chromium.tab(1, server.url)
    chromium.said("bot", "You said: one")
    chromium.ask("two")
    chromium.said("bot", "You said: two")
    second = chromium.texts()
    chromium.tab(0)
    chromium.said("bot", "You said: two")
    assert chromium.texts() == second == ["one", "You said: one", "two", "You said: two"]
    assert [each["text"] for each in server.posts] == ["one", "two"]


@pytest.mark.system
def test_each_side_sees_that_the_other_types_and_has_read(
    chromium: Chromium, staffed: Staffed
) -> None:
    """A customer's page and the console stand in two tabs, and tell each other their signs."""
    chromium.open(staffed.link("Mina"))
    chromium.click("button", "Sign in")
    chromium.until("document.body.getAttribute('aria-busy') === 'false'")
    chromium.tab(1, staffed.instance.url)
    chromium.ask(WISH)
    chromium.tab(0)
    chromium.click("button", "Accept")
    chromium.tab(1)
    chromium.sees("Mina is with you")
    chromium.tab(0)
    chromium.until("document.activeElement.id === 'draft'")
    chromium.type("Hel")
    chromium.tab(1)
    chromium.sees("Mina is typing")
    chromium.until("document.querySelector('.customer .state').textContent === 'Seen'")
    chromium.tab(0)
    chromium.type("lo")
    chromium.press("Enter")
    chromium.sees("Seen by the customer")
    chromium.tab(1)
    chromium.said("person", "Hello")
    chromium.evaluate("document.getElementById('draft').focus()")
    chromium.type("My")
    chromium.tab(0)
    chromium.sees("The customer is typing")
    assert chromium.problems() == []
    chromium.tab(1)
    chromium.press("Enter")
    chromium.tab(0)
    chromium.said("customer", "My")
    chromium.until("document.getElementById('signs').textContent === ''")
    chromium.click("button", "Close")
    chromium.click("button", "Close conversation")
    chromium.choose("combobox", "Your presence", "Away")


@pytest.mark.system
@pytest.mark.parametrize("look", LOOKS)
def test_the_lead_s_page_fits_large_letters_and_forced_colours(
    chromium: Chromium, staffed: Staffed, look: dict[str, object]
) -> None:
    """Axe finds nothing in each section, and nothing is cut, at 200 % text and in few colours."""
    Customer(staffed.instance).write("Where is my order?")
    sign_in(chromium, staffed, "admin", **look)
    one = 1280 if "scheme" in look else 768
    widths = often((one,), (768, 1280))
    for section in SECTIONS:
        go(chromium, section)
        for width in (768, 1280):
            chromium.resize(width, 800)
            assert chromium.evaluate(WIDE), section
            assert width not in widths or chromium.axe() == [], section


@pytest.mark.system
@pytest.mark.parametrize("look", LOOKS)
def test_the_console_fits_large_letters_and_forced_colours(
    chromium: Chromium, staffed: Staffed, look: dict[str, object]
) -> None:
    """A conversation is taken and answered at 200 % text and in few colours, and nothing is cut."""
    chromium.open(staffed.link("Mina"), **look)
    chromium.click("button", "Sign in")
    chromium.until("document.body.getAttribute('aria-busy') === 'false'")
    customer = Customer(staffed.instance)
    customer.write()
    chromium.until("document.querySelector('#offers .accept')")
    assert chromium.axe() == []
    chromium.click("button", "Accept")
    chromium.until("!document.getElementById('composer').hidden")
    for width in (768, 1280):
        chromium.resize(width, 800)
        assert chromium.axe() == []
        assert chromium.evaluate(WIDE)
    customer.leave()
    chromium.until("document.getElementById('over').textContent")
    chromium.choose("combobox", "Your presence", "Away")
    chromium.until("!document.getElementById('sitting').textContent.includes('Mina')")
