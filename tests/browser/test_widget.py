"""The widget on other sites, against a real instance: open, close, count, keep and stay apart."""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from chromium import Chromium
from sites import site
from staffed import wait_for
from surgeline.domain.events import CustomerWrote
from surgeline.domain.ids import thread_of

from tests.instance import Instance, free_port
from tests.often import often

pytestmark = [
    pytest.mark.browser,
    pytest.mark.system,
    pytest.mark.enable_socket,
    pytest.mark.xdist_group("browser"),
    pytest.mark.timeout(240),
]

OPEN, CLOSE, UNREAD = "Open the chat", "Close the chat", "Open the chat, Unread messages: 1"
ROOT = "document.getElementById('surgeline')?.shadowRoot"
LAUNCHER = f"{ROOT}?.querySelector('.launcher')"
NAME = f"{LAUNCHER}?.getAttribute('aria-label')"
IS_OPEN = f"{ROOT}?.querySelector('dialog').open === true"
IS_HIDDEN = "document.getElementById('surgeline').hidden"
QUESTION = "Where is my order?"
HOSTILE = """<style>
  * { color: red !important; font-size: 40px !important; all: unset; }
  html { font-size: 62.5%; }
  div, section, dialog, button, iframe { display: none !important; width: 1px !important; }
  main, h1, p { display: block; }
  body { transform: rotate(0deg); }
</style>"""
DENIED = """if (self !== top) Object.defineProperty(self, 'localStorage', {
  get() { throw new DOMException('denied', 'SecurityError') } })"""

ASKED_HERE = """const [real, told, sent] = [self.fetch, {told}, (self.sent = [])];
self.fetch = (url, how, ...more) => {
  const end = Object.keys(told).find((each) => String(url).endsWith(each));
  if (how?.body) sent.push(JSON.parse(how.body));
  return end ? Promise.resolve(Response.json({ starters: { en: [told[end]] } })) : real(url, how);
}"""
STARTERS = "[...document.querySelectorAll('#starters button')].map((each) => each.textContent)"


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Yield one instance for this file."""
    running = Instance(tmp_path_factory.mktemp("widget") / "home", free_port())
    running.start()
    yield running
    running.stop()


def a_page(instance: Instance, more: str = "", **data: str) -> str:
    """Return the body of a page with the widget's one line."""
    given = "".join(f' data-{name}="{value}"' for name, value in data.items())
    script = f'<script src="{instance.url}/widget.js"{given} async></script>'
    words = "<main><h1>Lamps</h1><p>We sell lamps.</p><a href='#more'>More</a></main>"
    return f'<body aria-busy="false">{more}{words}{script}'


def press_open(page: Chromium) -> None:
    """Open the chat as somebody does who has a keyboard only."""
    page.until(f"{NAME} === '{OPEN}'")
    page.evaluate(f"{LAUNCHER}.focus()")
    page.press("Enter")
    page.until(IS_OPEN)
    with page.inside():
        page.until("document.activeElement.id === 'draft'")


def test_a_chat_is_opened_held_and_closed_by_keyboard(
    chromium: Chromium, instance: Instance, tmp_path: Path
) -> None:
    """Enter opens it, with what is asked on this page, and one can write at once. Escape closes it,
    and the button has the focus. A site that is one page all along is followed.
    """
    with site(a_page(instance)) as shop:
        asked = f"look?page={quote(shop, safe='')}%2F"
        told = json.dumps({asked: "Which bulb fits?", f"{asked}shades": "Which shade fits?"})
        chromium.open(f"{shop}/before?code=1", before=ASKED_HERE.replace("{told}", told))
        chromium.evaluate(f"location.assign({shop!r})")
        chromium.until("location.pathname === '/'")
        press_open(chromium)
        with chromium.inside():
            assert chromium.evaluate(STARTERS) == ["Which bulb fits?"]
        chromium.press("Escape")
        chromium.evaluate("history.pushState(null, '', '/shades?code=1')")
        press_open(chromium)
        with chromium.inside():
            chromium.until(f"{STARTERS}.join() === 'Which shade fits?'")
        assert chromium.evaluate(NAME) == CLOSE
        assert chromium.evaluate(f"{LAUNCHER}.getAttribute('aria-expanded')") == "true"
        chromium.type(QUESTION)
        chromium.press("Enter")
        with chromium.inside():
            chromium.until("document.querySelector('[data-speaker=bot]')")
            said = chromium.evaluate("[sent.at(-1).page, sent.at(-1).referrer]")
            assert said == [f"{shop}/shades", f"{shop}/before"]
        chromium.shot(tmp_path / "open.png")
        chromium.press("Escape")
        chromium.until(f"!({IS_OPEN})")
        assert chromium.evaluate(f"{ROOT}.activeElement === {LAUNCHER}")
        assert chromium.evaluate(NAME) == OPEN
        assert chromium.problems() == []


# Both keys in one step, so that no answer comes before the chat is closed.
SEND_AND_CLOSE = """["Enter", "Escape"].forEach((key) => document.activeElement.dispatchEvent(
    new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true})))"""


def test_what_is_said_behind_a_closed_widget_is_counted(
    chromium: Chromium, instance: Instance
) -> None:
    """The button tells the number, also on the site's next page, until the chat is opened.

    A site that hides it shows it when it wants.
    """
    with site(a_page(instance)) as shop:
        chromium.open(shop)
        press_open(chromium)
        chromium.type(QUESTION)
        with chromium.inside():
            chromium.evaluate(SEND_AND_CLOSE)
        chromium.until(f"{NAME} === '{UNREAD}'")
        status = f"{ROOT}.querySelector('[role=status]').textContent"
        assert chromium.evaluate(status) == "Unread messages: 1"
        chromium.reload()
        chromium.until(f"{NAME} === '{UNREAD}'")
        chromium.evaluate("Surgeline.on('unread', (count) => (window.told = count))")
        chromium.evaluate("Surgeline.open()")
        chromium.until("window.told === 0")
        chromium.evaluate("Surgeline.close()")
        chromium.until(f"{NAME} === '{OPEN}'")
    with site(a_page(instance, hidden="yes")) as calm:
        chromium.open(calm)
        chromium.until(LAUNCHER)
        assert chromium.evaluate(IS_HIDDEN)
        chromium.evaluate("window.told = []")
        chromium.evaluate("for (const e of ['open', 'close']) Surgeline.on(e, () => told.push(e))")
        chromium.evaluate("Surgeline.open()")  # and shows it
        chromium.until(f"{IS_OPEN} && !{IS_HIDDEN}")
        chromium.evaluate("Surgeline.hide()")  # and closes it
        assert chromium.evaluate(f"[told.join(), {IS_HIDDEN}]") == ["open,close", True]
        chromium.evaluate("Surgeline.show()")
        assert not chromium.evaluate(IS_HIDDEN)


def test_an_open_chat_stays_open_on_the_next_page(chromium: Chromium, instance: Instance) -> None:
    """It comes back open with its words, and does not take the focus from the page."""
    with site(a_page(instance)) as shop:
        chromium.open(shop)
        press_open(chromium)
        chromium.type(QUESTION)
        chromium.press("Enter")
        with chromium.inside():
            chromium.until("document.querySelector('[data-speaker=bot]')")
        chromium.reload()
        chromium.until(IS_OPEN)
        with chromium.inside():
            chromium.until("document.querySelector('[data-speaker=bot]')")
        assert chromium.evaluate("document.activeElement === document.body")


def test_a_site_with_a_strict_policy_and_rude_styles(
    chromium: Chromium, instance: Instance
) -> None:
    """Three sources are all that a policy has to allow, and no style comes in or goes out."""
    policy = (
        f"default-src 'none'; script-src {instance.url}; connect-src {instance.url}; "
        f"frame-src {instance.url}; style-src 'none'; require-trusted-types-for 'script'"
    )
    place = f"JSON.stringify({LAUNCHER}.getBoundingClientRect())"
    colour = f"getComputedStyle({LAUNCHER}).backgroundColor + getComputedStyle({LAUNCHER}).fontSize"
    with site(a_page(instance), {"content-security-policy": policy}) as strict:
        chromium.open(strict)
        press_open(chromium)
        assert chromium.problems() == []
        expected = chromium.evaluate(place), chromium.evaluate(colour)
        assert "rgb(13, 97, 89)" in expected[1]
    with site(a_page(instance, HOSTILE)) as rude:
        chromium.open(rude)
        heading = "JSON.stringify(document.querySelector('h1').getBoundingClientRect())"
        before = chromium.evaluate(heading)
        press_open(chromium)
        assert (chromium.evaluate(place), chromium.evaluate(colour)) == expected
        assert chromium.evaluate(heading) == before
        assert chromium.problems() == []


def test_a_site_keeps_its_calm(chromium: Chromium, instance: Instance) -> None:
    """No cookie is set, nothing moves, no task is long, and no frame loads before it is wanted."""
    watch = """
      window.shifts = 0; window.longest = 0;
      new PerformanceObserver((list) => list.getEntries().forEach((each) => (shifts += each.value)))
        .observe({ type: 'layout-shift', buffered: true });
      const longer = (each) => (longest = Math.max(longest, each.duration));
      new PerformanceObserver((list) => list.getEntries().forEach(longer))
        .observe({ type: 'longtask', buffered: true });
    """
    with site(a_page(instance)) as shop:
        chromium.open(shop, before=f"if (self === top) {{ {watch} }}")
        chromium.until(f"{NAME} === '{OPEN}'")
        chromium.evaluate("new Promise((resolve) => setTimeout(resolve, 1500))")
        assert chromium.evaluate("[document.cookie, shifts]") == ["", 0]
        assert chromium.evaluate("Object.keys(localStorage)") == []
        asked = [each for each in chromium.requests() if instance.url in each]
        assert len(asked) == 2, asked


@pytest.mark.parametrize("look", [{"width": 360, "height": 640}, {"width": 800, "height": 360}])
def test_on_a_small_screen_the_chat_covers_the_page(
    chromium: Chromium, instance: Instance, look: dict[str, int]
) -> None:
    """It fills the screen, keeps the focus inside, and has a button that closes it."""
    with site(a_page(instance)) as shop:
        chromium.open(shop, **look)
        chromium.until(f"{NAME} === '{OPEN}'")
        chromium.click("button", OPEN)
        chromium.until(IS_OPEN)
        panel = f"{ROOT}.querySelector('dialog')"
        size = f"[{panel}.offsetWidth, {panel}.offsetHeight]"
        assert chromium.evaluate(size) == [look["width"], look["height"]]
        assert chromium.evaluate(f"{panel}.matches(':modal')")
        with chromium.inside():
            for _ in range(12):
                chromium.press("Tab")
            assert chromium.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert chromium.evaluate("document.activeElement.matches('main *')") is False
        with chromium.inside():
            chromium.click("button", CLOSE)
        chromium.until(f"!({IS_OPEN})")
        assert chromium.problems() == []


def test_a_browser_that_gives_frames_no_storage_keeps_the_chat(
    chromium: Chromium, instance: Instance
) -> None:
    """The site keeps the visitor for the frame, so that the next page shows the same chat."""
    with site(a_page(instance)) as shop:
        chromium.open(shop, before=DENIED)
        press_open(chromium)
        chromium.type(QUESTION)
        chromium.press("Enter")
        with chromium.inside():
            chromium.until("document.querySelector('[data-speaker=bot]')")
        chromium.reload()
        with chromium.inside():
            chromium.until("document.querySelector('[data-speaker=bot]')")
            assert chromium.texts("customer") == [QUESTION]


def test_a_site_that_is_not_named_shows_no_button(chromium: Chromium, instance: Instance) -> None:
    """The button stays away, and the browser's console says why."""
    with site(a_page(instance, channel="elsewhere")) as shop:
        answer = instance.request(
            "PUT",
            "/v1/admin/channels/elsewhere",
            body=json.dumps({"kind": "web", "origins": ["https://shop.example"]}).encode(),
            authorization=f"Bearer {instance.admin_key}",
            content_type="application/json",
        )
        assert answer.status == 200, answer.data
        wait_for(lambda: instance.request("GET", "/c/elsewhere").status == 200, "the page is there")
        chromium.open(shop)
        chromium.until("window.Surgeline")
        wait_for(lambda: any("CORS" in each for each in chromium.problems()), "the refusal")
        assert chromium.evaluate("document.getElementById('surgeline')") is None


DARK, FORCED = {"scheme": "dark"}, {"forced": "active"}
EVERY = [{}, DARK, {"text": 32}, FORCED, DARK | FORCED, DARK | {"text": 32}]
MOST = {"en": often(5, 6), "ko": often(3, 6), "fr": often(3, 6)}


@pytest.mark.parametrize(
    ("language", "more"), [(each, look) for each, most in MOST.items() for look in EVERY[:most]]
)
def test_the_widget_is_accessible(
    chromium: Chromium, instance: Instance, language: str, more: dict[str, object]
) -> None:
    """Axe finds nothing in page and frame, closed and open, and no word is cut."""
    with site(a_page(instance, language=language)) as shop:
        chromium.open(shop, **more)
        chromium.until(LAUNCHER)
        assert chromium.axe() == []
        chromium.evaluate("Surgeline.open()")
        with chromium.inside():
            chromium.until("!document.getElementById('welcome').hidden")
            assert chromium.evaluate("document.documentElement.lang") == language
            assert chromium.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert chromium.axe() == []


CUSTOMERS = {
    "test_a_known_customer_is_known_and_a_false_proof_is_not": "c-42",
    "test_who_signed_out_is_not_known_to_the_next_page": "c-43",
    "test_a_page_shows_the_chat_that_became_its_customers_meanwhile": "c-45",
}
"""A customer of each test, because a proven customer's chat is one and the same everywhere."""


@pytest.fixture
def customer(request: pytest.FixtureRequest) -> str:
    """Return the id of the test's customer."""
    return CUSTOMERS.get(request.node.name, "c-44")


@pytest.fixture
def proof(secret: str, customer: str) -> dict[str, object]:
    """Return the test's customer with a proof of this moment."""
    at = int(time.time())
    proof = hmac.new(secret.encode(), f"{at}\n{customer}".encode(), hashlib.sha256).hexdigest()
    return {"id": customer, "at": at, "proof": proof}


@pytest.fixture(scope="module")
def secret(instance: Instance) -> str:
    """Return the web channel's first secret."""
    key = {"authorization": f"Bearer {instance.admin_key}", "content_type": "application/json"}
    answer = instance.request("POST", "/v1/admin/channels/web/secret", body=b"{}", **key)
    made: str = json.loads(answer.data)["secret"]
    return made


def told_customer(instance: Instance) -> dict[str, object]:
    """Return what the newest conversation's thread was told of its customer."""
    authorization = f"Bearer {instance.admin_key}"
    listed = instance.request("GET", "/v1/admin/conversations?limit=1", authorization=authorization)
    [newest] = json.loads(listed.data)["conversations"]
    store = instance.backend.store()
    records = store.records(thread_of(newest["conversation_id"]), limit=10)
    said = (each.event for each in records if isinstance(each.event, CustomerWrote))
    return dict(next(said).customer or {})


def ask_as(page: Chromium, given: dict[str, object], then: str = "") -> None:
    """Have the site name its customer with this proof, and the customer ask."""
    page.evaluate(f"Surgeline.identify({json.dumps(given)}); {then}")
    page.evaluate("Surgeline.setAttributes({ plan: 'gold' })")
    press_open(page)
    page.type(QUESTION)
    page.press("Enter")
    with page.inside():
        page.until("document.querySelector('[data-speaker=bot]')")


def test_a_known_customer_is_known_and_a_false_proof_is_not(
    chromium: Chromium, instance: Instance, proof: dict[str, object]
) -> None:
    """The site names its customer with a proof and attributes; a false proof changes nothing."""
    with site(a_page(instance)) as shop:
        chromium.open(shop)
        chromium.until(f"{NAME} === '{OPEN}'")
        ask_as(chromium, proof)
        found = told_customer(instance)
        assert (found["user_id"], found["user_verified"], found["plan"]) == ("c-42", True, "gold")
    with site(a_page(instance)) as shop:
        chromium.open(shop)
        chromium.until(f"{NAME} === '{OPEN}'")
        chromium.evaluate("Surgeline.on('refused', () => (document.title = 'refused'))")
        ask_as(chromium, {**proof, "proof": "0" * 64})
        chromium.until("document.title === 'refused'")
        found = told_customer(instance)
        assert ("user_id" in found, found["plan"]) == (False, "gold")


UNSENT = json.dumps(
    {
        "client_message_id": "m1",
        "text": "My own words",
        "language": "en",
        "at": "2026-01-01T00:00:00Z",
        "order": 1,
        "state": "retrying",
    }
)


def test_who_signed_out_is_not_known_to_the_next_page(
    chromium: Chromium, instance: Instance, proof: dict[str, object]
) -> None:
    """A sign-out that is told before the chat has loaded ends the chat of the customer.

    What the customer could not send is not said by the next person.
    """
    out = "sessionStorage.out && addEventListener('surgeline', () => Surgeline.identify(null))"
    with site(a_page(instance, f"<script>{out}</script>")) as shop:
        chromium.open(shop)
        chromium.until(f"{NAME} === '{OPEN}'")
        ask_as(chromium, proof)
        with chromium.inside():
            chromium.evaluate(f"localStorage.setItem('surgeline.web.unsent.m1', '{UNSENT}')")
        chromium.evaluate("sessionStorage.out = 1")
        chromium.reload()
        chromium.until(IS_OPEN)
        with chromium.inside():
            chromium.until("document.getElementById('draft')")
            chromium.ask("Do you deliver on Sundays?")
            chromium.until("document.querySelector('[data-speaker=bot]')")
            assert chromium.texts("customer") == ["Do you deliver on Sundays?"]
        assert "user_id" not in told_customer(instance)


def test_a_sign_out_counts_while_the_customer_is_still_being_proven(
    chromium: Chromium, instance: Instance, proof: dict[str, object]
) -> None:
    """The answer to the proof comes after the sign-out, and names nobody then."""
    with site(a_page(instance)) as shop:
        chromium.open(shop)
        press_open(chromium)
        with chromium.inside():
            chromium.until("!document.getElementById('welcome').hidden")
        chromium.press("Escape")
        chromium.until(f"!({IS_OPEN})")
        ask_as(chromium, proof, then="Surgeline.identify(null)")
        assert "user_id" not in told_customer(instance)


def test_a_page_shows_the_chat_that_became_its_customers_meanwhile(
    chromium: Chromium, instance: Instance, proof: dict[str, object]
) -> None:
    """Nothing was said here, and the chat of another browser comes without a word of expiry."""

    def post(path: str, body: object, token: str = "") -> dict[str, str]:
        known = {"authorization": f"Bearer {token}"} if token else {}
        given = {"body": json.dumps(body).encode(), "content_type": "application/json", **known}
        made: dict[str, str] = json.loads(
            instance.request("POST", f"/v1/web/web/{path}", **given).data
        )
        return made

    with site(a_page(instance)) as shop:
        chromium.open(shop)
        chromium.until(f"{NAME} === '{OPEN}'")
        chromium.evaluate(f"Surgeline.identify({json.dumps(proof)})")
        press_open(chromium)
        with chromium.inside():
            chromium.until("localStorage['surgeline.web.visitor']")
            other = post("visitors", {})["token"]
            sent = post("messages", {"client_message_id": "1", "text": QUESTION}, other)
            wait_for(lambda: instance.backend.store().thread(sent["thread_id"]), "a thread")
            post("visitors", {"user": proof}, other)
            chromium.evaluate("dispatchEvent(new Event('online'))")
            chromium.until("document.querySelector('[data-speaker=bot]')")
            assert chromium.texts("customer") == [QUESTION]
            assert chromium.texts("system") == []
