"""The agent's console on a real instance, with customers who write over the chat page's API."""

import json

import pytest
from at_desk import AT_DESK, know_supervisors, leave, sit_down
from chromium import Chromium
from staffed import LOOKS, WISH, Customer, Staffed, wait_for
from test_chat_page_files import DROP, with_files

pytestmark = [
    pytest.mark.browser,
    pytest.mark.system,
    pytest.mark.enable_socket,
    pytest.mark.xdist_group("browser"),
    pytest.mark.timeout(240),
]

CLOSED = "This conversation is now closed. Write again any time."


def test_a_new_agent_handles_a_first_conversation_in_six_steps(
    chromium: Chromium, staffed: Staffed
) -> None:
    """Everything is found by its visible role and name, and the customer reads each step."""
    customer = Customer(staffed.instance)
    chromium.open(staffed.link("Mina"))
    chromium.click("button", "Sign in")  # 1
    chromium.until(AT_DESK)
    customer.write()
    chromium.sees("Wants a person")
    chromium.click("button", "Accept")  # 2
    customer.hears("system", "Mina has joined the chat.")
    chromium.until("document.activeElement.id === 'draft'")
    chromium.type("Hello, how can I help?")  # 3
    chromium.click("button", "Send")  # 4
    customer.hears("person", "Hello, how can I help?")
    customer.write("My lamp is broken")
    chromium.said("customer", "My lamp is broken")
    chromium.click("button", "Close")  # 5
    chromium.click("button", "Close conversation")  # 6
    customer.hears("system", CLOSED)
    chromium.sees("You have finished this conversation.")
    assert chromium.problems() == []
    leave(chromium)


ADVISED = {
    "Hello, how can I help? You have 30 days.": "",
    "Hello {name}": "open_place",
    "We answer within 24 hours.": "promise",
    "Sous 3 jours, calmez-vous": "promise tone",
    "말씀드렸잖아요": "tone",
    "CALM DOWN PLEASE": "tone",
}
ADVICE = """(async () => { const { adviceOn } = await import('/staff/agent/advice.js');
  return WORDS.map((each) => adviceOn(each).map(([key]) => key).join(' ')); })()"""


def test_the_whole_work_is_done_by_keyboard(chromium: Chromium, staffed: Staffed) -> None:
    """Single keys accept, write, note and close, and can be switched off. Words are advised on."""
    sit_down(chromium, staffed, "Mina")
    customer = Customer(staffed.instance)
    customer.write()
    chromium.sees("Wants a person")
    chromium.press("?")
    chromium.sees("Keys and settings")
    chromium.press("Escape")
    chromium.press("a")
    chromium.until("document.activeElement.id === 'draft'")
    advice = ADVICE.replace("WORDS", json.dumps(list(ADVISED)))
    assert chromium.evaluate(advice) == list(ADVISED.values())
    chromium.type("One line!!")
    chromium.sees("“!!” may sound harsh.")
    chromium.press("Backspace")
    chromium.press("Backspace")
    chromium.press("Shift+Enter")
    chromium.type("and another")
    chromium.press("Enter")
    customer.hears("person", "One line\nand another")
    chromium.press("Escape")
    chromium.press("n")
    chromium.type("Calls every Monday")
    chromium.press("Enter")
    chromium.said("note", "Calls every Monday")
    chromium.press("Escape")
    chromium.press("e")
    chromium.sees("How did it end?")
    chromium.press("Tab")
    chromium.press("Tab")
    chromium.press("Tab")
    chromium.press("Tab")
    chromium.press("Enter")
    customer.hears("system", CLOSED)
    assert "Calls every Monday" not in str(customer.texts("person") + customer.texts("system"))
    chromium.click("button", "Help and settings")
    chromium.evaluate("document.getElementById('single-keys').click()")
    chromium.click("button", "Done")
    chromium.press("?")
    assert not chromium.evaluate("document.getElementById('help-dialog').open")
    leave(chromium)


def test_a_case_is_looked_into_until_a_promised_time(chromium: Chromium, staffed: Staffed) -> None:
    """An hour is proposed, and the customer reads it. Then a supervisor is chosen, and counted."""
    staffed.open_desk("leads")
    staffed.admin("PUT", "routing", {"routing": {"steps": [{}], "supervisors": ["leads"]}})
    sit_down(chromium, staffed, "Mina")
    know_supervisors(chromium)
    customer = Customer(staffed.instance)
    customer.write()
    chromium.sees("Wants a person")
    chromium.click("button", "Accept")
    chromium.until("document.activeElement.id === 'draft'")
    chromium.click("button", "Look into it")
    chromium.until("document.getElementById('pending-until').value !== ''")
    chromium.evaluate("document.getElementById('pending-text').focus()")
    chromium.type("I ask the workshop.")
    chromium.click("button", "Promise")
    customer.hears("person", "I ask the workshop.")
    chromium.until("document.getElementById('case-more').textContent.includes('Promised by')")
    assert any("whatever happens" in each for each in customer.texts("system"))
    chromium.click("button", "Pass on")
    chromium.choose("combobox", "To", "A supervisor")
    chromium.evaluate("document.getElementById('transfer-reason').focus()")
    chromium.type("The workshop asks who pays.")
    chromium.evaluate("document.querySelector('#transfer-dialog .primary').click()")
    wait_for(lambda: staffed.admin("GET", "reports/transfers")["escalations"] == 1, "it is counted")
    customer.leave()
    staffed.admin("PUT", "routing", {"routing": {"steps": [{}]}})
    staffed.admin("DELETE", "pools/leads")
    leave(chromium)


def test_a_reload_keeps_the_draft_and_the_conversation(
    chromium: Chromium, staffed: Staffed
) -> None:
    """Words that were not sent are there again, in the conversation that was open."""
    sit_down(chromium, staffed, "Mina")
    customer = Customer(staffed.instance)
    customer.write()
    chromium.sees("Wants a person")
    chromium.click("button", "Accept")
    chromium.until("document.activeElement.id === 'draft'")
    chromium.type("Half a sent")
    chromium.reload()
    chromium.until("document.getElementById('draft').value === 'Half a sent'")
    chromium.said("customer", WISH)
    chromium.evaluate("document.getElementById('draft').focus()")
    chromium.press("End")
    chromium.type("ence is kept.")
    chromium.press("Enter")
    customer.hears("person", "Half a sentence is kept.")
    chromium.reload()
    assert chromium.evaluate("document.getElementById('draft').value") == ""
    customer.leave()
    chromium.sees("Nobody is waiting. New conversations appear here.")
    leave(chromium)


def test_a_lost_connection_says_so_and_loses_nothing(chromium: Chromium, staffed: Staffed) -> None:
    """What was written offline is sent once, and what was missed is there afterwards."""
    sit_down(chromium, staffed, "Mina")
    customer = Customer(staffed.instance)
    customer.write()
    chromium.sees("Wants a person")
    chromium.click("button", "Accept")
    chromium.until("document.activeElement.id === 'draft'")
    chromium.offline(on=True)
    chromium.sees("You are offline. What you write is kept, and sent when you are back.")
    chromium.type("Written in a tunnel")
    chromium.press("Enter")
    chromium.said("person", "Written in a tunnel", "retrying")
    customer.write("Are you there?")
    chromium.offline(on=False)
    customer.hears("person", "Written in a tunnel", seconds=20)
    chromium.said("customer", "Are you there?")
    chromium.until("!document.querySelector('[data-state]')")
    assert customer.texts("person") == ["Written in a tunnel"]
    customer.leave()
    chromium.sees("The customer has ended this conversation.")
    leave(chromium)


def test_an_instance_that_dies_and_comes_back_goes_on(chromium: Chromium, staffed: Staffed) -> None:
    """Words that met kill -9 are sent once, and the desk is read again."""
    sit_down(chromium, staffed, "Mina")
    customer = Customer(staffed.instance)
    customer.write()
    chromium.sees("Wants a person")
    chromium.click("button", "Accept")
    chromium.until("document.activeElement.id === 'draft'")
    staffed.instance.kill9()
    chromium.type("Still with you")
    chromium.press("Enter")
    chromium.said("person", "Still with you", "retrying")
    staffed.instance.start()
    customer.hears("person", "Still with you", seconds=30)
    assert customer.texts("person") == ["Still with you"]
    customer.leave()
    leave(chromium)


def test_a_revoked_person_and_a_used_link_are_told_so(chromium: Chromium, staffed: Staffed) -> None:
    """The page says that the session is over, keeps the draft, and a link works once."""
    link = staffed.link("Nora")
    chromium.open(link)
    chromium.click("button", "Sign in")
    chromium.until(AT_DESK)
    [nora] = [p for p in staffed.admin("GET", "staff")["people"] if p["name"] == "Nora"]
    staffed.admin("POST", f"staff/{nora['id']}/revoke", {})
    chromium.choose("combobox", "Your presence", "Away")
    chromium.sees("You are signed out. Ask for a new link; what you wrote is kept in this browser.")
    chromium.open(link)
    assert link.partition("#")[2] not in chromium.evaluate("location.href")
    chromium.click("button", "Sign in")
    chromium.sees("This link doesn't work any more")
    chromium.open(f"{staffed.instance.url}/agent")
    chromium.until("location.pathname === '/sign-in'")
    chromium.sees("You are not signed in")


def test_hostile_words_stay_words(chromium: Chromium, staffed: Staffed) -> None:
    """Markup, marks of direction and piled marks do nothing. Only our own facts have words."""
    sit_down(chromium, staffed, "Mina")
    customer = Customer(staffed.instance)
    hostile = "<img src=x onerror=alert(1)> \u202egnp.exe " + "a" + "\u0301" * 60
    customer.write(hostile)
    customer.write(page="https://lamps.example/", attributes={"plan": "gold"})
    chromium.until("document.querySelector('#offers .accept')")
    chromium.click("button", "Accept")
    chromium.until("document.querySelectorAll('#log .customer').length === 2")
    assert chromium.evaluate("document.querySelector('#log img')") is None
    shown = chromium.evaluate("document.querySelector('#log .customer .text').textContent")
    assert "<img src=x" in shown
    assert "\u202e" not in shown
    assert shown.count("\u0301") <= 8
    facts = "[...document.querySelectorAll('#about dt')].map((one) => one.textContent)"
    assert chromium.evaluate(facts) == ["plan", "Writes from the page"]
    assert chromium.problems() == []
    customer.leave()
    leave(chromium)


def test_a_file_is_given_and_seen(chromium: Chromium, staffed: Staffed) -> None:
    """A file dropped on the console waits in the tray, goes out, and opens for the customer."""
    sit_down(chromium, staffed, "Mina")
    customer = Customer(staffed.instance)
    customer.write()
    chromium.sees("Wants a person")
    chromium.click("button", "Accept")
    customer.hears("system", "Mina has joined the chat.")
    chromium.until("document.activeElement.id === 'draft'")
    chromium.evaluate(with_files(DROP, ("invoice.txt", 5)).replace("0x89, 0x50, 0x4e, 0x47", ""))
    chromium.until("document.querySelectorAll('#tray li').length === 1")
    assert chromium.axe() == []
    chromium.click("button", "Note")
    assert chromium.evaluate("getComputedStyle(document.getElementById('tray')).display") == "none"
    chromium.click("button", "Reply")
    chromium.click("button", "Send")
    customer.hears("person", "invoice.txt")
    [given] = customer.given()
    assert staffed.instance.request("GET", given["path"]).data == b"xxxxx"
    chromium.until("document.querySelector('.person .file a')")
    assert chromium.evaluate("document.querySelectorAll('.person .text').length") == 0
    assert chromium.axe() == []
    assert chromium.problems() == []
    customer.leave()
    leave(chromium)


NO_POLLS = """const real = setTimeout;
self.setTimeout = (act, ms, ...more) => (ms > 2500 ? 0 : real(act, ms, ...more));"""


def test_an_offer_is_pushed_and_the_page_is_light(chromium: Chromium, staffed: Staffed) -> None:
    """A page that never asks by itself shows an offer, and it weighs under 60 kB."""
    sit_down(chromium, staffed, "Mina", before=NO_POLLS)
    chromium.reload()
    weight = chromium.evaluate(
        "performance.getEntries().reduce((sum, entry) => sum + (entry.transferSize ?? 0), 0)"
    )
    assert weight < 60_000
    customer = Customer(staffed.instance)
    customer.write()
    chromium.sees("Wants a person")
    chromium.until("document.title.startsWith('(1)')")
    customer.leave()
    wait_for(lambda: chromium.evaluate("!document.title.startsWith('(')"), "the title is calm")
    leave(chromium)


INBOX = {"en": "Inbox", "ko": "상담함", "fr": "Réception"}


@pytest.mark.parametrize(("language", "scheme", "widths"), LOOKS)
def test_every_state_is_accessible(
    chromium: Chromium, staffed: Staffed, language: str, scheme: str, widths: tuple[int, ...]
) -> None:
    """Nothing is cut in each state at three widths, and axe finds nothing at some of them."""
    chromium.open(f"{staffed.link('Mina').replace('#', f'?lang={language}#')}", scheme=scheme)
    assert chromium.axe() == []
    chromium.evaluate("document.getElementById('go').click()")
    chromium.until(AT_DESK)
    chromium.evaluate(f"localStorage.setItem('surgeline.staff.language', '{language}')")
    chromium.reload()
    chromium.sees(INBOX[language])
    customer = Customer(staffed.instance)
    customer.write("Where is my order?")
    customer.write()
    chromium.until("document.querySelector('#offers .accept')")
    for step in (
        "",
        "document.querySelector('#offers .open').click()",
        "document.getElementById('accept').click()",
    ):
        if step:
            chromium.evaluate(step)
        if "accept" in step:
            chromium.until("!document.getElementById('composer').hidden")
        for width in (360, 768, 1280):
            chromium.resize(width, 800)
            assert width not in widths or chromium.axe() == []
            assert chromium.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for dialog in ("transfer", "close", "help"):
        chromium.evaluate(f"document.getElementById('{dialog}').click()")
        assert chromium.axe() == []
        chromium.press("Escape")
    customer.leave()
    chromium.until("document.getElementById('over').textContent")
    assert chromium.axe() == []
    chromium.evaluate(
        "document.getElementById('presence').value = 'away';"
        "document.getElementById('presence').dispatchEvent(new Event('change'))"
    )
    chromium.until("!document.getElementById('sitting').textContent.includes('Mina')")


POSTED = """if (self === top) {
  const send = fetch;
  self.posted = [];
  self.fetch = (address, options) => {
    if (options?.body?.includes?.("conversation.resolved")) posted.push(options.body);
    return send(address, options);
  };
}"""


def test_the_end_says_what_was_made_of_each_suggestion(
    chromium: Chromium, staffed: Staffed
) -> None:
    """An inserted answer that was changed is edited, and one that nobody took was skipped."""
    chromium.open(staffed.link("Mina"), before=POSTED)
    chromium.click("button", "Sign in")
    chromium.until("document.body.getAttribute('aria-busy') === 'false'")
    customer = Customer(staffed.instance)
    customer.write("Can somebody paint my living room on Sunday?")
    chromium.until("document.querySelector('#offers .accept')")
    chromium.click("button", "Accept")
    chromium.until("document.querySelector('.article button')")
    shown = chromium.evaluate("document.querySelectorAll('.article button').length")
    chromium.evaluate("document.querySelector('.article button').click()")
    chromium.until("document.getElementById('draft').value.length > 20")
    chromium.type(" I have looked it up for you.")
    chromium.evaluate("document.getElementById('draft').setSelectionRange(0, 8)")
    chromium.type("Well: ")
    chromium.click("button", "Send")
    chromium.until("document.querySelector('.line.person')")
    chromium.evaluate(
        "(() => { const e = document.querySelector('.article-rating select'); e.value = 'outdated';"
        " e.dispatchEvent(new Event('change')); const w = document.querySelector('.article-rating"
        " input'); w.value = 'an old price'; w.dispatchEvent(new Event('change')); })()"
    )
    chromium.click("button", "Close")
    chromium.click("button", "Close conversation")
    chromium.until("posted.length === 1")
    told = json.loads(chromium.evaluate("posted[0]"))["data"]["suggestions"]
    assert [each["use"] for each in told] == ["edited", *["skipped"] * (shown - 1)]
    assert (told[0]["rating"], told[0]["reason"]) == ("outdated", "an old price")
    assert 0 < told[0]["distance"] < 1, "the share of words that were changed"
    assert all("rating" not in each and "distance" not in each for each in told[1:])
    customer.hears("system", CLOSED)
    leave(chromium)


PICTURES = """(async () => {
  const { Thread } = await import('/staff/agent/thread.js');
  const file = (bytes) => ({ kind: 'image', alt: 'lamp.png', path: '/favicon.ico', bytes });
  const said = { key: '1', speaker: 'customer', text: '', at: 0, media: [4e6, 4000001].map(file) };
  const words = Object.assign((key) => key, { language: 'en' });
  new Thread(words, {}).draw({ id: 'c', items: () => [said] }, null, { name: 'Mina' });
  const shown = [...document.querySelectorAll('#log .file a')];
  return shown.map((link) => link.firstElementChild?.localName ?? link.textContent);
})()"""


def test_a_large_picture_is_a_link_by_its_name(chromium: Chromium, staffed: Staffed) -> None:
    """The bucket gives out a picture over 4 MB, from where the page's policy takes none."""
    sit_down(chromium, staffed, "Mina")
    assert chromium.evaluate(PICTURES) == ["img", "lamp.png"]
