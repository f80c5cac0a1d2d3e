"""The lead's page on a real instance: now, conversations, pools, knowledge and people."""

import re

import pytest
from chromium import Chromium
from staffed import AT_PAGE, LOOKS, Customer, Staffed, answered, go, sign_in, wait_for
from surgeline.adapters.system_texts import lead_words

pytestmark = [
    pytest.mark.browser,
    pytest.mark.system,
    pytest.mark.enable_socket,
    pytest.mark.xdist_group("browser"),
    pytest.mark.timeout(240),
]

MENDED = "Your order is in the app, under Orders."
SECTIONS = (
    "now",
    "conversations",
    "reports",
    "pools",
    "routing",
    "backlog",
    "surge",
    "incidents",
    "crisis",
    "knowledge",
    "articles",
    "drafts",
    "look",
    "people",
    "settings",
)


def test_a_lead_mends_an_answer_in_ten_steps(chromium: Chromium, staffed: Staffed) -> None:
    """From a conversation to a better answer that the next customer reads."""
    customer = Customer(staffed.instance)
    customer.write("Where is my order?")
    customer.hears_anything()
    sign_in(chromium, staffed)  # 1
    chromium.click("link", "Conversations")  # 2
    chromium.until("document.querySelector('tbody a')")
    chromium.evaluate("document.querySelector('tbody a').setAttribute('aria-label', 'newest')")
    chromium.click("link", "newest")  # 3
    chromium.sees("Where is my order?")
    chromium.click("link", "Edit the answer “Where is my order?”")  # 4
    chromium.until("document.querySelector('.editor')")
    chromium.fill("textbox", "Answer", MENDED)  # 5
    chromium.click("button", "See the change")  # 6
    chromium.sees("Publish this change?")
    chromium.fill("textbox", "Reason, which goes on record", "the page has moved")  # 7
    chromium.click("button", "Publish")  # 8
    chromium.until("location.hash === '#knowledge'", seconds=40)
    wait_for(
        lambda: answered(staffed, "Where is my order?") == MENDED, "the mended answer is given", 20
    )
    go(chromium, "people")
    chromium.sees("the page has moved")
    chromium.sees("Published the knowledge base shop")
    chromium.sees("Ann (Lead)")
    assert chromium.problems() == []


FRAMED = "document.querySelector('iframe.report')?.contentDocument?.querySelector('.finding')"


def test_a_lead_reads_a_report_of_any_day(chromium: Chromium, staffed: Staffed) -> None:
    """The page of the command stands in the page, by name and by days, and can be kept."""
    Customer(staffed.instance).write("Where is my order?")
    sign_in(chromium, staffed)
    go(chromium, "reports")
    chromium.until(f"{FRAMED} && {FRAMED}.textContent.includes('opened')")
    assert chromium.axe() == []
    chromium.choose("combobox", "Report", "pools")
    chromium.choose("combobox", "Days", "range")
    day = chromium.evaluate("new Date().toISOString().slice(0, 10)")
    chromium.evaluate(f"document.querySelector('[name=from]').value = '{day}'")
    chromium.evaluate(f"document.querySelector('[name=to]').value = '{day}'")
    chromium.click("button", "Show")
    frame = "document.querySelector('iframe.report')"
    chromium.until(f"{frame}.src.includes('reports/pools?from={day}') && {FRAMED}")
    chromium.until(f"{frame}.height > 0 && {frame}.contentDocument.title.includes('{day}')")
    files = "[...document.querySelectorAll('a[download]')].map((each) => each.download)"
    assert chromium.evaluate(files) == [f"pools-{day}-{day}.html", f"pools-{day}-{day}.json"]
    chromium.evaluate("location.hash = '#reports/daily/day/2020-01-01'")
    chromium.until("document.getElementById('banner').textContent.includes('use days after')")
    assert chromium.evaluate("document.querySelector('iframe.report').hidden")


def test_a_lead_takes_a_conversation_over_and_gives_it_on(
    chromium: Chromium, staffed: Staffed
) -> None:
    """Reading along, the lead takes the conversation at the desk, or has a pool asked."""
    vendor = {"kind": "outsourced", "url": "http://127.0.0.1:9/in"}
    staffed.admin("PUT", "pools/evening", vendor)
    customer = Customer(staffed.instance)
    customer.write("Where is my order?")
    customer.hears_anything()
    sign_in(chromium, staffed)
    go(chromium, "conversations")
    chromium.until("document.querySelector('tbody a')")
    chromium.until("document.querySelector('tbody').textContent.includes('Where is my order?')")
    chromium.evaluate("document.querySelector('tbody a').click()")
    chromium.sees("Where is my order?")
    chromium.click("button", "Take over")
    chromium.fill("textbox", "Reason, for whoever goes on and for the record", "I know them")
    assert chromium.axe() == []
    chromium.evaluate("document.querySelector('#ask button[type=submit]').click()")
    chromium.until("location.pathname === '/agent'", seconds=20)
    chromium.until("!document.getElementById('composer').hidden")
    chromium.evaluate("document.getElementById('draft').focus()")
    chromium.paste("Hello, Ann here.")
    chromium.press("Enter")
    customer.hears("person", "Hello, Ann here.")
    chromium.until("document.getElementById('about').textContent.includes('Where is my order?')")
    chromium.evaluate("setTimeout(() => history.back())")
    chromium.until(AT_PAGE)
    chromium.reload()
    chromium.click("button", "Give to a pool")
    chromium.choose("combobox", "To", "evening")
    reason = "they know lamps"
    chromium.fill("textbox", "Reason, for whoever goes on and for the record", reason)
    chromium.evaluate("document.querySelector('#ask button[type=submit]').click()")
    chromium.sees("evening is being asked.")
    acts = staffed.admin("GET", "audit")["acts"]
    assert [(each["target"], each["reason"]) for each in acts[:2]] == [
        ("evening", reason),
        ("desk", "I know them"),
    ]
    staffed.admin("DELETE", "pools/evening")


def test_a_lead_takes_an_alert_and_ends_a_subscription(
    chromium: Chromium, staffed: Staffed
) -> None:
    """The alert stands on top with what to do, and names whoever takes care of it."""
    staffed.alerts.raise_("spike", "Many ask for <b>lamps</b>.", "urgent")
    hook = {"kind": "webhook", "url": "http://127.0.0.1:9/in", "subjects": ["digest"]}
    staffed.admin("PUT", "subscriptions/weekly", hook | {"every": "week"})
    sign_in(chromium, staffed)
    chromium.sees("Many ask for <b>lamps</b>.")
    assert chromium.axe() == []
    chromium.click("button", "I take care of it")
    chromium.sees("Ann takes care of it.")
    go(chromium, "people")
    chromium.sees("each Monday at 08:00")
    chromium.click("button", "End weekly?")
    chromium.sees("Nothing is sent there any more.")
    chromium.click("button", "End")
    chromium.until("document.body.textContent.includes('Nobody is sent alerts or reports')")
    assert staffed.admin("GET", "subscriptions") == {"subscriptions": []}
    go(chromium, "now")
    chromium.until(r"/vendor\s+open\s+–/.test(document.querySelector('tbody').innerText)")

    def follows() -> object:
        """Raise the alert anew, as each minute clears it, and follow its link once it is shown."""
        staffed.alerts.raise_("reply_undelivered", "A reply did not arrive.")
        link = "document.querySelector('.alerts a[href=\"#conversations/unreached\"]')"
        return chromium.evaluate(f"Boolean({link}) && {link}.click() === undefined")

    wait_for(follows, "the alert leads to its conversations")
    here = "document.querySelector('.filters [aria-current]')"
    chromium.until(f"{here}?.textContent === 'Not delivered' && {here}.closest('main')")
    staffed.alerts.clear("reply_undelivered")
    assert chromium.problems() == []


def test_a_lead_takes_an_article_from_a_draft_to_an_answer(
    chromium: Chromium, staffed: Staffed
) -> None:
    """Write it, propose it, read the check, approve it, publish it, and take it back."""
    sign_in(chromium, staffed)
    go(chromium, "drafts")
    chromium.click("link", "Write a new article")
    chromium.until("document.querySelector('.editor')")
    chromium.fill("textbox", "Title", "Gift cards")
    chromium.fill("textbox", "Questions, one a line", "Do you sell gift cards?")
    chromium.fill("textbox", "Answer", "Yes, at every till.")
    chromium.click("button", "Save as a draft")
    for act in ("Propose", "Approve", "Publish", "Take back"):
        wait = (
            f"[...document.querySelectorAll('main button')].some((e) => e.textContent === '{act}')"
        )
        chromium.until(wait, seconds=40)
        if act == "Take back":
            chromium.sees("What it changed")
            chromium.sees("Nobody has used it since. Look again tomorrow.")
        if act == "Approve":
            chromium.until(
                "document.body.textContent.includes('were asked before and after')", seconds=40
            )
            assert chromium.axe() == []
        chromium.click("button", act)
        chromium.until("document.getElementById('ask').open")
        chromium.fill("textbox", "Reason, which goes on record", f"{act}, because")
        chromium.evaluate("document.querySelector('#ask button[type=submit]').click()")
        chromium.until("!document.getElementById('ask').open", seconds=40)
    [draft] = staffed.admin("GET", "knowledge/shop/drafts")["drafts"]
    assert (draft["state"], draft["author"]) == ("undone", "Ann")
    assert chromium.problems() == []


def test_a_lead_changes_the_state_of_an_article(chromium: Chromium, staffed: Staffed) -> None:
    """An article is paused with a reason, and the pause is taken back."""
    sign_in(chromium, staffed)
    go(chromium, "articles")
    chromium.until("document.querySelector('main').textContent.includes('surely 70% of them')")
    chromium.until("document.querySelector('main table tbody tr')")
    assert chromium.axe() == []
    for state in ("paused", "automated"):
        chromium.evaluate("document.querySelector('main tbody tr button').click()")
        chromium.until("document.getElementById('ask').open")
        chromium.evaluate(f"document.querySelector('#ask select').value = '{state}'")
        chromium.fill("textbox", "Reason, which goes on record", f"{state}, because")
        chromium.evaluate("document.querySelector('#ask button[type=submit]').click()")
        shown = "document.querySelector('main tbody tr').textContent.includes('paused')"
        chromium.until(shown if state == "paused" else f"!{shown}", seconds=40)
    found = staffed.admin("GET", "knowledge/shop/states")["articles"]
    [changed] = [each for each in found if each["changes"]]
    reasons = [each["reason"] for each in changed["changes"]]
    assert (changed["state"], reasons) == (
        "automated",
        ["automated, because", "paused, because"],
    )
    assert chromium.problems() == []


def test_a_lead_pauses_and_opens_a_pool_with_a_reason(chromium: Chromium, staffed: Staffed) -> None:
    """The pool is paused and opened again, and both are on record with their reasons."""
    sign_in(chromium, staffed)
    go(chromium, "pools")
    for button, reason, paused in (("Pause", "lunch", True), ("Open", "back", False)):
        chromium.click("button", button)
        chromium.fill("textbox", "Reason, which goes on record", reason)
        chromium.evaluate("document.querySelector('#ask button[type=submit]').click()")
        chromium.until("!document.getElementById('ask').open")
        pools = staffed.admin("GET", "configuration")["configuration"]["pools"]
        assert [each.get("paused", False) for each in pools if each["id"] == "desk"] == [paused]
        chromium.sees("A lead paused it, so it is offered nothing." if paused else "Pause")
    assert [e["reason"] for e in staffed.admin("GET", "audit")["acts"][:2]] == ["back", "lunch"]


def test_a_lead_sets_the_hours_of_a_pool(chromium: Chromium, staffed: Staffed) -> None:
    """A wrong time is told in the form, which keeps the rest; then the times are saved."""
    sign_in(chromium, staffed)
    staffed.admin("PUT", "pools/evening", {"kind": "in_house", "reached_by": "console"})

    go(chromium, "pools")
    chromium.click("button", "Set the hours")  # of the last pool
    chromium.fill("textbox", "Time zone", "Europe/Paris")
    chromium.fill("textbox", "Monday", "18:00-99:00")
    chromium.fill("textbox", "Reason, which goes on record", "the evening team")
    send = "document.querySelector('#ask button[type=submit]').click()"
    chromium.evaluate(send)
    chromium.until("document.querySelector('#ask [role=alert]').textContent.includes('99:00')")
    assert chromium.axe() == []
    chromium.fill("textbox", "Monday", "18:00-22:00")  # all else is still there
    chromium.evaluate(send)
    chromium.until("!document.getElementById('ask').open")
    pools = staffed.admin("GET", "configuration")["configuration"]["pools"]
    [hours] = [each["hours"] for each in pools if each["id"] == "evening"]
    assert (hours["zone"], hours["week"]["mon"]) == ("Europe/Paris", ["18:00-22:00"])
    staffed.admin("DELETE", "pools/evening")


def test_an_admin_invites_and_an_agent_is_sent_to_the_console(
    chromium: Chromium, staffed: Staffed
) -> None:
    """The link is shown once and signs in; an agent who opens the lead's page goes to the desk."""
    sign_in(chromium, staffed, "admin")
    go(chromium, "people")
    chromium.click("button", "Invite somebody")
    chromium.fill("textbox", "Name", "Kim")
    chromium.click("button", "Make the link")
    chromium.until("document.querySelector('code')")
    link = chromium.evaluate("document.querySelector('code').textContent")
    chromium.open(link)
    chromium.click("button", "Sign in")
    chromium.until("location.pathname === '/agent'")
    chromium.evaluate("location.assign('/lead')")
    chromium.until("location.pathname === '/agent' && document.title.includes('Inbox')")


PASSWORD = "lamp orchid tram nine"
AT_SIGN_IN = "location.pathname === '/sign-in' && !document.getElementById('by-password').hidden"
NOTHING_CUT = "document.documentElement.scrollWidth <= innerWidth"


def write_by_id(page: Chromium, field: str, words: str) -> None:
    """Replace the words of a field by its id, because a field of passwords has no role."""
    page.evaluate(f"document.getElementById('{field}').select()")
    page.paste(words)


def shows(page: Chromium, words: str) -> None:
    """Wait until the card says these words."""
    page.until(f"document.getElementById('card').innerText.includes({words!r})")


def test_a_person_sets_a_password_and_comes_back_with_it(
    chromium: Chromium, staffed: Staffed
) -> None:
    """From the link to a password, out, back in by name and password, and back to the link."""
    chromium.open(staffed.link("Vera", "lead"), width=360)
    chromium.click("button", "Sign in")
    chromium.until("location.pathname === '/lead' && document.body.ariaBusy === 'false'")
    chromium.evaluate("document.querySelector('#menu:not([open]) summary').click()")
    chromium.click("link", "Your sign-in")
    shows(chromium, "You are signed in as Vera")
    assert chromium.axe() == []
    assert chromium.evaluate(NOTHING_CUT)
    write_by_id(chromium, "password", "passwordpassword")
    chromium.click("button", "Set the password")
    shows(chromium, "too short or easy to guess")
    assert chromium.evaluate("document.getElementById('password').value") == "passwordpassword"
    write_by_id(chromium, "password", PASSWORD)
    chromium.press("Enter")
    shows(chromium, "Your password is set")
    chromium.click("button", "Sign out")
    chromium.until(AT_SIGN_IN)
    assert chromium.axe() == []
    assert chromium.evaluate(NOTHING_CUT)
    write_by_id(chromium, "name", "vera")
    write_by_id(chromium, "password", "violet stairs by noon")
    chromium.press("Enter")
    shows(chromium, "The name or the password is wrong")
    write_by_id(chromium, "password", PASSWORD)
    chromium.press("Enter")
    chromium.until("location.pathname === '/lead'")
    chromium.evaluate("location.assign('/account')")
    chromium.click("button", "Remove the password")
    chromium.until("document.getElementById('ask').open")
    assert chromium.axe() == []
    chromium.click("button", "Remove the password")
    shows(chromium, "Your password is removed")
    assert chromium.evaluate("document.getElementById('remove').hidden")
    assert [each for each in chromium.problems() if "401" not in each and "400" not in each] == []


def test_the_first_leads_link_is_printed_once_and_works(
    chromium: Chromium, staffed: Staffed
) -> None:
    """`up` prints a link for the first lead, and keeps no file of it."""
    printed = staffed.instance.output
    found = re.search(r"http://\S+/sign-in#\S+", printed)
    assert found
    assert not (staffed.instance.home / "sign-in-link").exists()
    assert found[0].partition("#")[2] not in staffed.instance.logs
    chromium.open(found[0])
    chromium.click("button", "Sign in")
    chromium.until(AT_PAGE)


MENU_FITS = "(menu.open = true) && document.documentElement.scrollWidth <= innerWidth"
# A part that is not there must not be shown as a word, nor who did something as the record has it.
NO_NOTHING = (
    r"!/\b(null|undefined)\b|the key '|\(lead\)/.test(document.querySelector('main').innerText)"
)


@pytest.mark.parametrize(("language", "scheme", "widths"), LOOKS)
def test_every_section_is_accessible(
    chromium: Chromium, staffed: Staffed, language: str, scheme: str, widths: tuple[int, ...]
) -> None:
    """Nothing is cut in each section at three widths, and axe finds nothing at some of them."""
    customer = Customer(staffed.instance)
    customer.write("Where is my order?")
    staffed.alerts.raise_("spent", lead_words("en")("alert_budget", percent=95))
    sign_in(chromium, staffed, "admin", scheme=scheme)
    chromium.evaluate(f"localStorage.setItem('surgeline.staff.language', '{language}')")
    chromium.reload()
    chromium.sees(lead_words(language)("alert_budget", percent=95))
    staffed.alerts.clear("spent")
    for section in SECTIONS:
        go(chromium, section)
        assert chromium.evaluate(NO_NOTHING), section
        for width in (360, 768, 1280):
            chromium.resize(width, 800)
            assert width not in widths or chromium.axe() == [], section
            assert chromium.evaluate(MENU_FITS)
    go(chromium, "pools")
    chromium.evaluate("document.querySelector('.cards button').click()")
    assert chromium.axe() == []
    weight = chromium.evaluate(
        "performance.getEntries().filter((entry) => !entry.name.includes('/v1/'))"
        ".reduce((sum, entry) => sum + (entry.transferSize ?? 0), 0)"
    )
    assert weight < 90_000
