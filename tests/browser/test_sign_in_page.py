"""The pages of one's own sign-in on a real instance: a password is set, used and removed."""

import pytest
from chromium import Chromium
from staffed import Staffed

pytestmark = [
    pytest.mark.browser,
    pytest.mark.system,
    pytest.mark.enable_socket,
    pytest.mark.xdist_group("browser"),
    pytest.mark.timeout(240),
]

WORDS = "lamp orchid tram nine"
AT_ACCOUNT = "location.pathname === '/account' && !document.getElementById('set').hidden"
AT_SIGN_IN = "location.pathname === '/sign-in' && !document.getElementById('by-password').hidden"
NOTHING_CUT = "document.documentElement.scrollWidth <= innerWidth"


def write(page: Chromium, field: str, words: str) -> None:
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
    chromium.click("link", "Your sign-in")
    chromium.until(AT_ACCOUNT)
    shows(chromium, "You are signed in as Vera")
    assert chromium.axe() == []
    assert chromium.evaluate(NOTHING_CUT)
    write(chromium, "password", "passwordpassword")
    chromium.click("button", "Set the password")
    shows(chromium, "too short or easy to guess")
    assert chromium.evaluate("document.getElementById('password').value") == "passwordpassword"
    write(chromium, "password", WORDS)
    chromium.press("Enter")
    shows(chromium, "Your password is set")
    chromium.click("button", "Sign out")
    chromium.until(AT_SIGN_IN)
    assert chromium.axe() == []
    assert chromium.evaluate(NOTHING_CUT)
    write(chromium, "name", "vera")
    write(chromium, "password", "violet stairs by noon")
    chromium.press("Enter")
    shows(chromium, "The name or the password is wrong")
    write(chromium, "password", WORDS)
    chromium.press("Enter")
    chromium.until("location.pathname === '/lead'")
    chromium.evaluate("location.assign('/account')")
    chromium.until(AT_ACCOUNT)
    chromium.click("button", "Remove the password")
    chromium.until("document.getElementById('ask').open")
    assert chromium.axe() == []
    chromium.click("button", "Remove the password")
    shows(chromium, "Your password is removed")
    assert chromium.evaluate("document.getElementById('remove').hidden")
    assert [each for each in chromium.problems() if "401" not in each and "400" not in each] == []
