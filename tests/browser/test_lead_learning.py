"""The lead takes and puts aside what customers asked, on a real instance in a real browser."""

from typing import Any

import pytest
from chromium import Chromium
from staffed import Customer, Staffed, wait_for
from test_lead import go, sign_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.system,
    pytest.mark.enable_socket,
    pytest.mark.xdist_group("browser"),
    pytest.mark.timeout(240),
]

UNKNOWN = ("do you repair old bicycles", "may I bring my dog along")
PICKED = "returns?"


def candidates(staffed: Staffed) -> dict[str, Any]:
    """Return the candidates by their titles."""
    found = staffed.admin("GET", "knowledge/shop/candidates")["candidates"]
    return {each["proposed_title"]: each for each in found}


def test_a_lead_takes_and_puts_aside_what_customers_asked(
    chromium: Chromium, staffed: Staffed
) -> None:
    """A group becomes a draft, another is put aside for good, and a wording becomes a draft too."""
    for text in UNKNOWN:
        Customer(staffed.instance).write(text)
    picker = Customer(staffed.instance)
    picker.write(PICKED)
    picker.hears_anything()
    picker.write("1")
    wait_for(lambda: set(UNKNOWN) <= set(candidates(staffed)), "the questions are candidates", 20)
    sign_in(chromium, staffed)
    go(chromium, "drafts")
    chromium.click("button", "Look for groups")
    chromium.sees(UNKNOWN[1])
    assert chromium.axe() == []
    chromium.click("button", f"Put aside for good: {UNKNOWN[1]}")
    chromium.until(f"!document.querySelector('main').textContent.includes('{UNKNOWN[1]}')")
    assert UNKNOWN[1] not in candidates(staffed)
    chromium.click("button", f"Make a draft: {UNKNOWN[0]}")
    chromium.until("document.querySelector('.editor')")
    go(chromium, "articles")
    chromium.click("button", "Look for wordings")
    chromium.until("document.querySelector('main .panel input[type=checkbox]')", seconds=20)
    chromium.evaluate("document.querySelector('main .panel input[type=checkbox]').click()")
    make = "[...document.querySelectorAll('main .panel button')][0]"
    chromium.evaluate(f"{make}.click()")
    chromium.until("location.hash.startsWith('#drafts/d')", seconds=20)
    drafts = staffed.admin("GET", "knowledge/shop/drafts")["drafts"]
    whole = [staffed.admin("GET", f"knowledge/shop/drafts/{each['id']}") for each in drafts]
    assert [each["difference"]["added"] for each in whole] == [[PICKED], [UNKNOWN[0]]]
    assert chromium.problems() == []
