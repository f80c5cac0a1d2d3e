"""An agent sits down at the console in a browser, and leaves it."""

from chromium import Chromium
from staffed import Staffed

AT_DESK = "location.pathname === '/agent' && document.body.getAttribute('aria-busy') === 'false'"
ESCALATES = "fetch('/v1/staff/desk').then(got => got.json()).then(desk => desk.escalates)"


def sit_down(page: Chromium, staffed: Staffed, name: str, **look: object) -> None:
    """Open the person's link, and sign in."""
    page.open(staffed.link(name), **look)
    page.click("button", "Sign in")
    page.until(AT_DESK)


def know_supervisors(page: Chromium) -> None:
    """Wait until the desk has supervisors, and read it again."""
    page.until(ESCALATES)
    page.reload()
    page.until(AT_DESK)


def leave(page: Chromium) -> None:
    """Be away, so that the next test's offers find nobody here."""
    page.choose("combobox", "Your presence", "Away")
    page.until("!document.querySelector('#sitting').textContent.includes('Mina')")
