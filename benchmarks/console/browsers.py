"""People of the desk in real browsers, whose pages note when something stands there to be read."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Final

TOOLS: Final = Path(__file__).parents[2] / "tests" / "browser"
AT_DESK: Final = "location.pathname === '/agent' && document.body.ariaBusy === 'false'"
WATCH: Final = """
if (self === top) {
  self.shownAt = {};
  self.offeredAt = [];
  const look = () => {
    const now = Date.now();
    const count = document.querySelectorAll("#offers-part:not([hidden]) #offers .accept").length;
    if (count > (self.offersShown ?? 0)) offeredAt.push(now);
    self.offersShown = count;
    for (const each of document.querySelectorAll("#mine .last, #log .customer .text")) {
      const found = /\\bm-\\d+\\b/.exec(each.textContent);
      if (found) shownAt[found[0]] ??= now;
    }
  };
  const all = { subtree: true, childList: true, characterData: true, attributeFilter: ["hidden"] };
  new MutationObserver(look).observe(document, all);
}
"""
"""Runs first on the page. It reads what stands there, and never the page's own variables."""
CALM: Final = """
if (self === top) {
  self.shifts = 0; self.tasks = [];
  new PerformanceObserver((list) => list.getEntries().forEach((each) => (shifts += each.value)))
    .observe({ type: "layout-shift", buffered: true });
  new PerformanceObserver((list) => list.getEntries().forEach((each) => tasks.push(each.duration)))
    .observe({ type: "longtask", buffered: true });
}
"""
LONG_MS: Final = 50
"""A task blocks the page for as long as it takes beyond this."""


class BrowserAgent:
    """A person at the console's page. Each call waits in a thread of its own."""

    def __init__(self, page: Any, url: str) -> None:  # noqa: ANN401 - the tests' own driver
        self._page = page
        self._url = url

    async def sit_down(self, link: str) -> None:
        """Open the link, and sign in."""

        def act() -> None:
            self._page.open(f"{self._url}{link}", before=WATCH)
            self._page.click("button", "Sign in")
            self._page.until(AT_DESK)

        await asyncio.to_thread(act)

    async def is_quiet(self) -> None:
        """Wait until no offer stands on the page."""
        nothing = "!document.querySelector('#offers .accept')"
        await asyncio.to_thread(self._page.until, nothing, seconds=30)

    async def accept(self, count: int) -> None:
        """Press the button of the only offer. There are so many conversations afterwards."""

        def act() -> None:
            self._page.until("document.querySelector('#offers .accept')", seconds=30)
            self._page.evaluate("document.querySelector('#offers .accept').click()")
            taken = f"document.querySelectorAll('#mine > li').length === {count}"
            self._page.until(taken, seconds=30)

        await asyncio.to_thread(act)

    async def offered_at(self) -> list[float]:
        """Return when new offers stood on the page, in seconds since 1970."""
        found = await asyncio.to_thread(self._page.evaluate, "offeredAt")
        return [each / 1000 for each in found]

    async def shown_at(self) -> dict[str, float]:
        """Return when each text of a customer stood on the page first."""
        found = await asyncio.to_thread(self._page.evaluate, "shownAt")
        return {text: each / 1000 for text, each in found.items()}


@contextmanager
def browsers(count: int) -> Iterator[list[Any]]:
    """Yield so many browsers. Raises RuntimeError where the tests' browser is not installed."""
    if str(TOOLS) not in sys.path:
        sys.path.append(str(TOOLS))
    if count and not (TOOLS / "node_modules").is_dir():
        raise RuntimeError("tests/browser/node_modules is missing; `make test` installs it")
    with ExitStack() as stack:
        yield [stack.enter_context(import_module("chromium").Chromium()) for _ in range(count)]


def calm(page: Any, url: str, times: int) -> dict[str, float]:  # noqa: ANN401 - as above
    """Open a page with the widget so often, and return the worst shift and blocked time."""
    words = "<main><h1>Lamps</h1><p>We sell lamps.</p></main>"
    body = f'<body aria-busy="false">{words}<script src="{url}/widget.js" async></script>'
    shifts, tasks = [], []
    with import_module("sites").site(body) as shop:
        for _ in range(times):
            page.open(shop, before=CALM)
            page.until("document.getElementById('surgeline')")
            page.evaluate("new Promise((resolve) => setTimeout(resolve, 1000))")
            shifts.append(page.evaluate("shifts"))
            tasks.append(page.evaluate("tasks"))
    blocked = [sum(max(0, each - LONG_MS) for each in found) for found in tasks]
    longest = max((each for found in tasks for each in found), default=0)
    return {
        "layout_shift": max(shifts),
        "blocked_ms": round(max(blocked), 1),
        "longest_task_ms": round(longest, 1),
    }
