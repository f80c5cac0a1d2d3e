"""The page as a test sees it: a Python face for drive.mjs, which drives headless Chromium."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

HERE = Path(__file__).parent
VENV = Path(os.environ.get("VIRTUAL_ENV") or HERE.parents[1] / ".venv")


class BrowserError(AssertionError):
    """The browser could not do it: mostly, what was waited for did not come."""


class Chromium:
    """One browser for a whole test run; `open` gives each test a fresh profile."""

    def __init__(self) -> None:
        if not (HERE / "node_modules").is_dir():
            raise BrowserError("tests/browser/node_modules is missing; `make test` installs it")
        self._process = subprocess.Popen(  # noqa: S603  # our own script, no shell
            [str(node()), str(HERE / "drive.mjs")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the browser."""
        if self._process.stdin and not self._process.stdin.closed:
            self._process.stdin.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _do(self, command: str, **values: object) -> Any:  # JSON
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"do": command, **values}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise BrowserError(f"the browser's driver ended during {command}")
        answer = json.loads(line)
        if "error" in answer:
            raise BrowserError(f"{command} {values}: {answer['error']}")
        return answer["value"]

    def open(self, url: str, **look: object) -> None:
        """Open a page.

        `look`: width, height, locale, scheme ("light", "dark"), motion, text (pixels of a letter),
        forced ("active" for the system's colours), before (a script that runs first in each frame),
        slow (400 kilobits a second, and 400 ms on the way).
        """
        self._do("open", url=url, **look)

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Act on the page's only frame within the block."""
        self._do("inside", on=True)
        try:
            yield
        finally:
            self._do("inside", on=False)

    def tab(self, number: int, url: str | None = None) -> None:
        """Go to the tab of that number, which is opened if it is new, and load the address."""
        self._do("tab", number=number, url=url)

    def reload(self) -> None:
        """Load the page again; what it stored stays."""
        self._do("reload")

    def type(self, text: str) -> None:
        """Type key by key into whatever has the focus."""
        self._do("type", text=text)

    def paste(self, text: str) -> None:
        """Insert a text at once."""
        self._do("paste", text=text)

    def press(self, key: str) -> None:
        """Press one key, say "Enter" or "Shift+Tab"."""
        self._do("press", key=key)

    def ask(self, text: str) -> None:
        """Write a message into the composer, wherever the focus is, and send it."""
        self.evaluate("document.getElementById('draft').focus()")
        self.paste(text)
        self.press("Enter")

    def click(self, role: str, name: str) -> None:
        """Click the last element with this role and accessible name."""
        self._do("click", role=role, name=name)

    def fill(self, role: str, name: str, text: str) -> None:
        """Write a text into the last field with this role and accessible name."""
        self._do("fill", role=role, name=name, text=text)

    def choose(self, role: str, name: str, option: str) -> None:
        """Select an option of a list."""
        self._do("choose", role=role, name=name, option=option)

    def said(self, speaker: str, text: str, state: str | None = None) -> None:
        """Wait for a line."""
        self._do("said", speaker=speaker, text=text, state=state)

    def sees(self, text: str) -> None:
        """Wait for a text anywhere."""
        self._do("sees", text=text)

    def until(self, expression: str, *, seconds: float = 8) -> None:
        """Wait until a JavaScript expression is true."""
        self._do("until", expression=expression, seconds=seconds)

    def lines(self, speaker: str | None = None) -> list[dict[str, Any]]:
        """Return the lines on the page: speaker, who (as named to the reader), text, state."""
        lines: list[dict[str, Any]] = self._do("lines")
        return [line for line in lines if speaker in (None, line["speaker"])]

    def texts(self, speaker: str | None = None) -> list[str]:
        """Return the texts of the lines on the page."""
        return [line["text"] for line in self.lines(speaker)]

    def evaluate(self, expression: str) -> Any:  # JSON
        """Return the value of a JavaScript expression."""
        return self._do("evaluate", expression=expression)

    def resize(self, width: int, height: int) -> None:
        """Give the window another size."""
        self._do("resize", width=width, height=height)

    def snapshot(self) -> str:
        """Return the accessibility tree, as a screen reader has it."""
        tree: str = self._do("snapshot")
        return tree

    def offline(self, on: bool) -> None:
        """Cut the page off, or let it back."""
        self._do("offline", on=on)

    def compose(self, text: str) -> None:
        """Let an input method show a candidate."""
        self._do("compose", text=text)

    def commit(self, text: str) -> None:
        """Take the input method's candidate."""
        self._do("commit", text=text)

    def axe(self) -> list[dict[str, Any]]:
        """Return what axe-core finds wrong with the page's accessibility."""
        violations: list[dict[str, Any]] = self._do("axe")
        return violations

    def shot(self, path: Path) -> None:
        """Take a picture of the visible part of the page."""
        self._do("shot", path=str(path))

    def problems(self) -> list[str]:
        """Return the page's console errors, uncaught errors and dialogs."""
        problems: list[str] = self._do("problems")
        return problems

    def requests(self) -> list[str]:
        """Every request of the page so far, as "METHOD url"."""
        requests: list[str] = self._do("requests")
        return requests


def node() -> Path:
    """Return the Node that the wheel put into the virtual environment."""
    return VENV / "bin" / "node"
