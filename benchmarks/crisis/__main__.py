"""`python -m benchmarks crisis` turns a crisis on and off under load, and asks what is answered.

It starts an instance of its own, and `surgeline load` writes to it. Beside that load, new visitors
of the chat page ask one question again and again. The next answer after the act must follow the
crisis, and the next one after its end must not. No message of the load may be lost.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import urllib3

from benchmarks.load.attempt import command
from benchmarks.load.instance import Running, surgeline

CALM = "We know that this is a hard time."
QUESTION = "When are you open?"
OK = 200
EVERY_SECONDS = 0.25
LONGEST_SECONDS = 30.0
MOST_SECONDS = 5.0
"""So late an answer may follow a crisis. A worker reads the configuration again within that."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question was asked `at` a time (monotonic), and this was said first."""

    at: float
    said: str


class Instance:
    """The instance's API, as an operator and as visitors of the chat page use it."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._http = urllib3.PoolManager(timeout=LONGEST_SECONDS)
        self._asked = 0

    def act(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """Carry out an operator's act. Raises SystemExit where it is refused."""
        return self._request(method, f"admin/{path}", body, self._running.admin_key)

    def ask(self) -> Asked:
        """Ask as a new visitor, and wait for the answer. Raises SystemExit where none comes."""
        token = self._request("POST", "web/web/visitors", {})["token"]
        self._asked += 1
        at = time.monotonic()
        message = {"client_message_id": f"m{self._asked}", "text": QUESTION}
        self._request("POST", "web/web/messages", message, token)
        while time.monotonic() < at + LONGEST_SECONDS:
            lines = self._request("GET", "web/web/messages?after=0", None, token)["lines"]
            said = [each["text"] for each in lines if each["speaker"] != "customer"]
            if said:
                return Asked(at, said[0])
            time.sleep(EVERY_SECONDS / 5)
        raise SystemExit(f"nothing was answered for {LONGEST_SECONDS:.0f} s")

    def _request(self, method: str, path: str, body: object, key: str = "") -> dict[str, Any]:
        headers = {"content-type": "application/json"}
        if key:
            headers["authorization"] = f"Bearer {key}"
        raw = None if body is None else json.dumps(body)
        url = f"{self._running.url}/v1/{path}"
        answer = self._http.request(method, url, body=raw, headers=headers)
        if answer.status >= OK + 100:
            raise SystemExit(f"{method} {url}: HTTP {answer.status}: {answer.data.decode()}")
        return dict(json.loads(answer.data))


def follow(
    instance: Instance, method: str, seconds: float, *, usual: str, calm: bool
) -> dict[str, float]:
    """Turn the crisis on or off, and ask until the time is over. Return what was answered.

    The sample's articles have no words for a crisis. So none of them answers while one is on, and
    nobody hears the `usual` answer.
    """
    body = {"profile": "calm", "minutes": 60} if calm else None
    instance.act(method, "crisis", body)
    began = time.monotonic()
    asked = []
    while time.monotonic() < began + seconds:
        asked.append(instance.ask())
        time.sleep(EVERY_SECONDS)
    late = [each.at - began for each in asked if (each.said == usual) == calm]
    return {
        "asked": len(asked),
        "late": len(late),
        "last_late_seconds": round(max(late, default=0), 2),
    }


def measure(running: Running, rate: float, seconds: float) -> dict[str, Any]:
    """Run the load, and a crisis in the middle third of it. Return the figures."""
    instance = Instance(running)
    instance.act("PUT", "crisis/profiles/calm", {"preamble": {"en": CALM}})
    words = command(running, rate, seconds)
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as load:  # noqa: S603 # our own program
        time.sleep(seconds / 3)
        usual = instance.ask().said
        on = follow(instance, "PUT", seconds / 3, usual=usual, calm=True)
        off = follow(instance, "DELETE", seconds / 4, usual=usual, calm=False)
        said, _ = load.communicate()
    report = json.loads(said)
    names = ("sent", "refused", "lost", "duplicated", "out_of_order", "first_reply_ms")
    return {"on": on, "off": off, "load": {name: report[name] for name in names}}


def problems(figures: dict[str, Any]) -> list[str]:
    """Return what was missed."""
    found = [
        f"an answer {figures[act]['last_late_seconds']} s after the crisis went {act} was as before"
        for act in ("on", "off")
        if figures[act]["last_late_seconds"] > MOST_SECONDS
    ]
    wrong = {name: figures["load"][name] for name in ("lost", "duplicated", "out_of_order")}
    return found + [f"{count} messages were {name}" for name, count in wrong.items() if count]


def main() -> int:
    """Measure, print the figures, and return 1 if anything was missed."""
    parser = argparse.ArgumentParser("benchmarks crisis", description=__doc__)
    parser.add_argument("--rate", type=float, default=150, help="messages a second")
    parser.add_argument("--seconds", type=float, default=60, help="how long the load lasts")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, surgeline(Path(folder) / "home") as running:
        figures = measure(running, asked.rate, asked.seconds)
    print(json.dumps(figures, indent=1))
    missed = problems(figures)
    print("\n".join([f"MISSED {each}" for each in missed] or ["ok"]))
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
