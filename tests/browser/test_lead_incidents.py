"""When something is wrong, a lead answers everywhere and changes the tone, without a terminal."""

from typing import Any

import pytest
from chromium import Chromium
from staffed import AT_PAGE, Staffed, answered, wait_for

pytestmark = [
    pytest.mark.browser,
    pytest.mark.system,
    pytest.mark.enable_socket,
    pytest.mark.xdist_group("browser"),
    pytest.mark.timeout(240),
]

LATE = "Parcels of Monday arrive a day late."
CALM = "We know that this is a hard time."


def section(page: Chromium, staffed: Staffed, name: str) -> None:
    """Sign a new lead in, and show a section."""
    page.open(staffed.link("Ann", "lead"))
    page.click("button", "Sign in")
    page.until(AT_PAGE)
    page.evaluate(f"location.hash = '#{name}'")
    here = f"document.querySelector('#tabs [aria-current]').getAttribute('href') === '#{name}'"
    page.until(f"{here} && document.querySelector('main button')")


def confirm(page: Chromium) -> None:
    """Send the dialog's form, and wait until the act is done."""
    page.fill("textbox", "Reason, which goes on record", "the street is flooded")
    page.evaluate("document.querySelector('#ask button[type=submit]').click()")
    page.until("!document.getElementById('ask').open")


def test_one_answer_everywhere(chromium: Chromium, staffed: Staffed) -> None:
    """A lead publishes it, customers read it first, the chat page shows it, and it is ended."""
    section(chromium, staffed, "incidents")
    chromium.click("button", "Publish an incident")
    chromium.fill("textbox", "Text in English", LATE)
    confirm(chromium)
    chromium.until("document.querySelector('.cards .state.open')")
    assert chromium.axe() == []
    wait_for(lambda: LATE in answered(staffed, "Where is my order?"), "the text is told", 15)
    chromium.open(staffed.instance.url)
    chromium.until(f"document.getElementById('notices').textContent.includes('{LATE}')")
    assert chromium.axe() == []
    section(chromium, staffed, "incidents")
    chromium.click("button", "End it")
    confirm(chromium)
    chromium.until("document.querySelector('.cards .state.closed')")
    wait_for(lambda: LATE not in answered(staffed, "Where is my order?"), "it has ended", 15)


def test_a_channel_is_closed_and_opened_again(chromium: Chromium, staffed: Staffed) -> None:
    """A lead sends the customers of a channel to the chat page with a reason, and takes it back.

    A drill is not offered as a way to go.
    """
    staffed.admin("PUT", "channels/played", {"kind": "web", "drill": True})
    section(chromium, staffed, "incidents")
    name = (
        "[...document.querySelectorAll('#channels li')].find((e) => e.innerText.includes('demo'))"
    )
    chromium.until(f"{name} !== undefined")
    chromium.evaluate(f"{name}.querySelector('button').click()")
    chromium.until("document.getElementById('ask').open")
    assert chromium.axe() == []
    ways = "[...document.querySelectorAll('#ask [name=channel] option')].map((e) => e.value)"
    assert chromium.evaluate(ways) == ["web"]
    confirm(chromium)
    chromium.until(f"{name}.querySelector('.state.closed')")
    [closed] = [each for each in channels_of(staffed) if each["id"] == "demo"]
    assert closed["closure"]["page"].endswith("/c/web")
    assert sorted(closed["closure"]["texts"]) == ["en", "fr", "ko"]
    assert all("{link}" in words for words in closed["closure"]["texts"].values())
    chromium.evaluate(f"{name}.querySelector('button').click()")
    confirm(chromium)
    chromium.until(f"{name}.querySelector('.state.open')")
    assert not any(each.get("closure") for each in channels_of(staffed))


def test_the_address_of_a_closed_channel_is_of_the_chosen_chat(
    chromium: Chromium, staffed: Staffed
) -> None:
    """It follows the choice unless it was edited, and the page of another channel is refused."""
    staffed.admin("PUT", "channels/lamps", {"kind": "web", "origins": ["*"]})
    section(chromium, staffed, "incidents")
    name = (
        "[...document.querySelectorAll('#channels li')].find((e) => e.innerText.includes('demo'))"
    )
    chromium.until(f"{name} !== undefined")
    chromium.evaluate(f"{name}.querySelector('button').click()")
    address = "document.querySelector('#ask [name=page]').value"
    for chosen in ("web", "lamps"):
        chromium.choose("combobox", "The chat that it leads to", chosen)
        assert chromium.evaluate(address) == f"{staffed.instance.url}/c/{chosen}"
    chromium.fill("textbox", "The address of the chat page", "https://help.example/c/web")
    chromium.choose("combobox", "The chat that it leads to", "web")
    chromium.choose("combobox", "The chat that it leads to", "lamps")
    assert chromium.evaluate(address) == "https://help.example/c/web"
    chromium.fill("textbox", "Reason, which goes on record", "the street is flooded")
    chromium.evaluate("document.querySelector('#ask button[type=submit]').click()")
    chromium.until("document.querySelector('#ask .error').textContent.includes(\"of 'web'\")")
    assert not any(each.get("closure") for each in channels_of(staffed))
    staffed.admin("DELETE", "channels/lamps")


def channels_of(staffed: Staffed) -> list[Any]:
    """Return the channels as they are configured."""
    return list(staffed.admin("GET", "configuration")["configuration"]["channels"])


def test_another_tone_and_back(chromium: Chromium, staffed: Staffed) -> None:
    """A lead writes a profile, tries it, turns it on, and turns it off with one act."""
    section(chromium, staffed, "crisis")
    chromium.click("button", "Write a profile")
    chromium.fill("textbox", "Name", "calm")
    chromium.fill("textbox", "Above the chat page (en)", CALM)
    confirm(chromium)
    chromium.until("document.querySelector('.cards h2')")
    chromium.click("button", "Try it on the last day")
    chromium.until("document.getElementById('ask').open")
    assert chromium.axe() == []
    chromium.click("button", "Close")
    chromium.until("!document.getElementById('ask').open")
    chromium.click("button", "Turn on")
    confirm(chromium)
    chromium.until("document.querySelector('[role=status] strong')")
    chromium.click("button", "Turn off")
    confirm(chromium)
    chromium.until("!document.querySelector('main [role=status] strong')")
    acts = [each["act"] for each in staffed.admin("GET", "audit")["acts"]]
    assert acts[:2] == ["DELETE crisis", "PUT crisis"]


def test_the_language_of_the_link_is_kept_behind_the_sign_in(
    chromium: Chromium, staffed: Staffed
) -> None:
    """The address of the page behind it names no language."""
    chromium.open(staffed.link("Anne", "lead").replace("#", "?lang=fr#"))
    chromium.click("button", "Se connecter")
    chromium.until(AT_PAGE)
    assert chromium.evaluate("[location.search, document.documentElement.lang]") == ["", "fr"]
