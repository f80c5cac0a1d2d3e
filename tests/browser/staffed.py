"""A running instance with people of its own, and customers who write over the chat page's API."""

import json
import time
from collections.abc import Callable
from typing import Any

from chromium import Chromium
from surgeline.application.alerts.alerts import Alerts

from tests.instance import Instance
from tests.often import often

LANGUAGES, SCHEMES = ("en", "ko", "fr"), ("light", "dark")
LOOKS: tuple[tuple[str, str, tuple[int, ...]], ...] = often(
    (
        ("en", "light", (360, 1280)),
        ("en", "dark", (1280,)),
        ("ko", "dark", (360,)),
        ("fr", "light", (768,)),
    ),
    tuple((each, scheme, (360, 768, 1280)) for each in LANGUAGES for scheme in SCHEMES),
)
"""The languages and colours of a page, and the widths at which axe looks at it."""
AT_PAGE = "location.pathname === '/lead' && document.body.getAttribute('aria-busy') === 'false'"
WISH = "I want to talk to a person"


class Customer:
    """A visitor of the chat page, without a browser."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._number = 0
        self._token = self._ask("POST", "visitors")["token"]

    def write(self, text: str = WISH, **more: object) -> None:
        """Send a message, with more of its fields."""
        self._number += 1
        body = {"client_message_id": f"m-{self._number}", "text": text, **more}
        self._ask("POST", "messages", body)

    def leave(self) -> None:
        """End the chat."""
        self._ask("POST", "leave", {})

    def texts(self, speaker: str) -> list[str]:
        """Return what that speaker said so far."""
        lines = self._ask("GET", "messages?after=0")["lines"]
        return [each["text"] for each in lines if each["speaker"] == speaker]

    def given(self) -> list[dict[str, Any]]:
        """Return the files that people gave so far."""
        lines = self._ask("GET", "messages?after=0")["lines"]
        return [file for each in lines for file in each.get("attached", ())]

    def hears(self, speaker: str, text: str, seconds: float = 8) -> None:
        """Wait until that speaker has said the text."""
        try:
            wait_for(lambda: text in self.texts(speaker), f"{speaker} says {text!r}", seconds)
        except AssertionError as error:
            raise AssertionError(f"{error}, but {self.texts(speaker)}") from error

    def hears_anything(self, seconds: float = 8) -> None:
        """Wait until the bot has said something."""
        wait_for(lambda: self.texts("bot"), "the bot says something", seconds)

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"content_type": "application/json"}
        if self.__dict__.get("_token"):
            headers["authorization"] = f"Bearer {self._token}"
        raw = None if body is None else json.dumps(body).encode()
        answer = self._instance.request(method, f"/v1/web/web/{path}", body=raw, **headers)
        assert answer.status < 300, answer.data
        return json.loads(answer.data)


class Staffed:
    """An instance whose operator uses the admin API."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance

    @property
    def alerts(self) -> Alerts:
        """Return the alerts of the instance."""
        return Alerts(self.instance.backend.notebook(), self.instance.backend.clock)

    def admin(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the admin API."""
        headers = {
            "content_type": "application/json",
            "authorization": f"Bearer {self.instance.admin_key}",
        }
        raw = None if body is None else json.dumps(body).encode()
        answer = self.instance.request(method, f"/v1/admin/{path}", body=raw, **headers)
        assert answer.status < 300, answer.data
        return json.loads(answer.data)

    def open_desk(self, pool_id: str = "desk", **fields: Any) -> None:
        """Make a pool that works in the console, and let it be asked first."""
        wanted = {"kind": "in_house", "reached_by": "console", "priority": 5, "chats_per_seat": 3}
        self.admin("PUT", f"pools/{pool_id}", wanted | fields)

    def link(self, name: str, role: str = "agent", *pools: str) -> str:
        """Return a link that signs the person in once."""
        named = list(pools or ("desk",) if role == "agent" else ())
        answer = self.admin("POST", "staff", {"name": name, "role": role, "pools": named})
        return f"{self.instance.url}{answer['path']}"


def sign_in(page: Chromium, staffed: Staffed, role: str = "lead", **look: object) -> None:
    """Open a new person's link, and sign in."""
    page.open(staffed.link("Ann", role), **look)
    page.click("button", "Sign in")
    page.until(AT_PAGE)


def go(page: Chromium, section: str) -> None:
    """Show a section."""
    page.evaluate(f"location.hash = '#{section}'")
    here = f"document.querySelector('#tabs [aria-current]').getAttribute('href') === '#{section}'"
    title = "document.querySelector('#tabs [aria-current]').textContent"
    page.until(f"{here} && document.querySelector('h1').textContent === {title}")


def answered(staffed: Staffed, text: str) -> str:
    """Return what a new customer is answered, by whichever version the workers have by now."""
    customer = Customer(staffed.instance)
    customer.write(text)
    customer.hears_anything()
    return customer.texts("bot")[0]


def wait_for(holds: Callable[[], object], what: str, seconds: float = 8) -> None:
    """Wait until something holds, or say what did not."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.05)
