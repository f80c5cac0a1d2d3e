"""The lead dresses the chat page on a real instance, sees it first, and takes it back."""

import base64
import json

import pytest
from chromium import Chromium
from staffed import Staffed, go, sign_in, wait_for

from tests.unit.configuration.test_look_rules import SVG

pytestmark = [
    pytest.mark.browser,
    pytest.mark.system,
    pytest.mark.enable_socket,
    pytest.mark.xdist_group("browser"),
    pytest.mark.timeout(240),
]

LOGO = SVG.format("<path d='M0 0h8v8z' fill='#7a1f5c'/>")
ACCENT = "getComputedStyle(document.getElementById('send')).backgroundColor"
SAVED = "The new look is in force within seconds."
LOADED = "addEventListener('load', () => document.body.setAttribute('aria-busy', 'false'))"
"""The driver waits for this attribute, which the pages of a help centre don't need."""
REASON = "Reason, which goes on record"


def title(staffed: Staffed) -> str:
    page = staffed.instance.request("GET", "/").data.decode()
    return page.partition("<title>")[2].partition("</title>")[0]


def test_a_lead_dresses_the_chat_and_takes_it_back(chromium: Chromium, staffed: Staffed) -> None:
    """The preview shows each word as it is written, the page wears it, and one click undoes it."""
    staffed.admin("PUT", "look", {"company": {}})
    wait_for(lambda: title(staffed) == "Customer support", "the page has no name of its own", 15)
    sign_in(chromium, staffed)
    go(chromium, "look")
    line = chromium.evaluate("document.querySelector('.embed code').textContent")
    assert f'src="{staffed.instance.url}/widget.js" data-channel="web" async' in line
    chromium.fill("textbox", "Name", "Lamps of Lyon")
    chromium.fill("textbox", "Welcome", "Ask us about lamps.")
    with chromium.inside():
        chromium.until("document.querySelector('h1').textContent === 'Lamps of Lyon'")
        chromium.sees("Ask us about lamps.")
    chromium.click("button", "See the change")
    chromium.fill("textbox", REASON, "we are called so")
    chromium.click("button", "Publish")
    chromium.sees(SAVED)
    wait_for(lambda: title(staffed) == "Lamps of Lyon", "the page has its name", 15)
    chromium.click("button", "Take the last change back")
    chromium.fill("textbox", REASON, "or not")
    chromium.click("button", "Publish")
    wait_for(lambda: title(staffed) == "Customer support", "the page has its first name", 15)
    assert chromium.problems() == []


def test_a_lead_opens_a_help_centre_without_a_terminal(
    chromium: Chromium, staffed: Staffed
) -> None:
    """One choice opens it, its search finds an article there, and the next choice closes it."""
    place = "/help/web/en/index.html"

    def served() -> int:
        return int(staffed.instance.request("GET", place).status)

    def choose(what: str) -> None:
        chromium.evaluate(
            "(() => { const choice = [...document.querySelectorAll('select')]"
            f".find((each) => [...each.options].some((one) => one.value === '{what}'));"
            f" choice.value = '{what}'; choice.dispatchEvent(new Event('change')); }})()"
        )
        chromium.click("button", "See the change")
        chromium.fill("textbox", REASON, "customers may look first")
        chromium.click("button", "Publish")
        chromium.sees(SAVED)

    assert served() == 404
    sign_in(chromium, staffed)
    go(chromium, "look")
    choose("open")
    wait_for(lambda: served() == 200, "the help centre is open", 15)
    chromium.open(f"{staffed.instance.url}/help/web", before=LOADED)
    chromium.until("location.pathname.endsWith('/en/index.html')")
    chromium.evaluate("document.getElementById('query').focus()")
    chromium.until("'ready' in document.getElementById('search').dataset")
    chromium.fill("searchbox", "Search in these answers", "open")
    chromium.until("document.querySelectorAll('#answers a').length > 0")
    assert chromium.axe() == []
    chromium.evaluate("document.querySelector('#answers a').click()")
    chromium.until("document.querySelector('article h1')")
    assert chromium.axe() == []
    assert chromium.problems() == []
    staffed.admin("PUT", "look", {"company": {"help_centre": "closed"}})
    wait_for(lambda: served() == 404, "the help centre is closed", 15)


def test_a_lead_is_told_before_saving(chromium: Chromium, staffed: Staffed) -> None:
    """A colour that nobody can see and a promise that nobody keeps are named beside the form."""
    sign_in(chromium, staffed)
    go(chromium, "look")
    chromium.fill("textbox", "Welcome", "We call you back within 5 minutes.")
    chromium.until("document.querySelector('.problems').textContent.includes('promise')")
    chromium.fill("textbox", "Welcome", "Hello.")
    chromium.until("document.querySelector('.problems').textContent === ''")


@pytest.mark.parametrize("accent", ["#7a1f5c", "#0b4f9e", "#c2410c", "#111111", "#8a6d00"])
def test_a_dressed_page_is_accessible(chromium: Chromium, staffed: Staffed, accent: str) -> None:
    """Axe finds nothing on a page in the company's colour, in light and dark."""
    logo = f"data:image/svg+xml;base64,{base64.b64encode(LOGO.encode()).decode()}"
    look = {
        "name": "Lamps of Lyon",
        "accent": accent,
        "logo": logo,
        "privacy_url": "https://lamps.example/privacy",
    }
    staffed.admin("PUT", "look", {"company": look})
    drawn = staffed.admin("POST", "look/preview", {"company": look})["company"]

    def is_dressed() -> bool:
        return accent in staffed.instance.request("GET", "/").data.decode()

    wait_for(is_dressed, "the page wears the colour", 15)
    for scheme in ("light", "dark"):
        chromium.open(staffed.instance.url, scheme=scheme)
        chromium.paste("Where is my order?")
        red, green, blue = (int(drawn[scheme]["accent"][at : at + 2], 16) for at in (1, 3, 5))
        chromium.until(f"{ACCENT} === 'rgb({red}, {green}, {blue})'")
        chromium.press("Enter")
        chromium.until("document.querySelector('[data-speaker=bot]')")
        assert chromium.axe() == []
        assert chromium.evaluate("document.querySelector('#logo img').naturalWidth > 0")
    assert chromium.problems() == []


def test_the_page_of_a_new_company_asks_its_own_articles(
    chromium: Chromium, staffed: Staffed
) -> None:
    """The first questions are those of the base that answers, and each is answered."""
    staffed.admin("PUT", "look", {"company": {}})
    found = staffed.admin("GET", "knowledge/shop/articles?content=yes")["articles"]
    asked = next(each["questions"] for each in found if each["language"] == "en")
    chromium.open(staffed.instance.url)
    first = chromium.evaluate("document.querySelector('#starters button').textContent")
    assert json.dumps(first) in json.dumps(asked)
    chromium.click("button", first)
    chromium.until("document.querySelector('[data-speaker=bot]')")


def test_an_admin_sees_what_a_version_changed_and_goes_back(
    chromium: Chromium, staffed: Staffed
) -> None:
    """The difference names the place, and the version before is in force again, with a reason."""
    staffed.admin("PUT", "look", {"company": {"name": "Before"}})
    staffed.admin("PUT", "look", {"company": {"name": "After"}})
    sign_in(chromium, staffed, "admin")
    go(chromium, "settings")
    version = staffed.admin("GET", "configuration/versions")["versions"][0]["version"]
    chromium.evaluate(f"document.querySelector('[href=\"#settings/{version}\"]').click()")
    chromium.sees("company › name")
    chromium.sees("Before")
    chromium.sees("After")
    chromium.click("button", "Use the version before it again")
    chromium.fill("textbox", REASON, "the old name was better")
    chromium.click("button", "Use again")
    chromium.until("location.hash === '#settings'")
    assert staffed.admin("GET", "look")["company"]["name"] == "Before"
    assert chromium.problems() == []
