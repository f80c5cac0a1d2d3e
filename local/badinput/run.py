"""The rows are run against an instance here, and the report says how each row ended."""

import asyncio
import secrets
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from local.badinput.others import at_pool, at_web_chat, replies_to
from local.badinput.rows import ABSENT, Aim, Case, all_cases
from local.badinput.wire import Answer, fire
from local.load.channel import Instance, RunChannel

REPLY_SECONDS = 20.0
LOOK_SECONDS = 0.1
TAKEN = 202
SERVER_ERRORS = range(500, 600)
_WORDS = ("4111 1111 1111 1111", "900101-1234567", "ann@example.com")


@dataclass
class Row:
    """The counts of one row."""

    sent: int = 0
    as_expected: int = 0
    server_errors: int = 0
    state_changed: int = 0
    no_reply: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Return whether every case went as stated."""
        bad = self.server_errors + self.state_changed + self.no_reply
        return bad == 0 and self.sent == self.as_expected


async def run(instance: Instance, logs: Path | None) -> dict[str, Any]:
    """Send everything, and return the report. Raises CannotDrive."""
    replied: dict[str, int] = {}

    def on_reply(_reply_id: str, data: dict[str, Any]) -> None:
        answers = data["message"]["in_reply_to"] is not None  # a later notice answers nobody
        replied[data["sender"]] = replied.get(data["sender"], 0) + answers

    mark = f"zq{secrets.token_hex(6)}"
    started = time.time()
    async with aiohttp.ClientSession() as http:
        channel = RunChannel(instance, http, on_reply, lambda _why: None)
        async with channel.connected():
            before = (await channel.admin("GET", "status"))["dead_letters"]
            aim = Aim(channel.path, channel.keys, mark)
            answered = [(case, await fire(instance.url, case.shot)) for case in all_cases(aim)]
            web, visitors = await at_web_chat(instance, channel, http, mark)
            answered += web + await at_pool(instance, channel, mark)
            await _settle(answered, replied)
            replied |= await replies_to(http, visitors)
            after = (await channel.admin("GET", "status"))["dead_letters"]
    found = lines_with((mark, *_WORDS), logs, since=started) if logs else None
    return report(answered, replied, dead_letters=after - before, text_in_logs=found)


async def _settle(answered: Sequence[tuple[Case, Answer]], replied: dict[str, int]) -> None:
    """Wait until every taken message has its reply, and then a moment for unexpected replies."""
    due = {
        case.sender
        for case, answer in answered
        if case.taken and answer.status == TAKEN and " " not in case.row
    }
    for _ in range(int(REPLY_SECONDS / LOOK_SECONDS)):
        if due <= replied.keys():
            break
        await asyncio.sleep(LOOK_SECONDS)
    await asyncio.sleep(1.0)


def report(
    answered: Sequence[tuple[Case, Answer]],
    replied: dict[str, int],
    *,
    dead_letters: int,
    text_in_logs: int | None,
) -> dict[str, Any]:
    """Return the report by row and in all. A refused message with a reply has changed state.

    Rows are counted at each entrance, so `B25`, `B25 web` and `B25 pool` are three rows.
    """
    rows: dict[str, Row] = {}
    may_reply: set[str] = set()
    for case, answer in answered:
        row = rows.setdefault(case.row, Row())
        row.sent += 1
        if answer.status in case.right:
            row.as_expected += 1
        else:
            row.wrong.append(f"{case.what}: {answer.status}")
        row.server_errors += answer.status in SERVER_ERRORS or "Traceback" in answer.text
        if TAKEN in case.right:
            may_reply.add(case.sender)
        if case.taken:
            row.no_reply += replied.get(case.sender) != 1
    names = {case.sender: case.row for case, _ in answered}
    for sender in replied.keys() - may_reply:
        row_name = names.get(sender, sender.partition("-")[0])
        rows.setdefault(row_name, Row()).state_changed += 1
    each = {
        name: {
            "sent": row.sent,
            "as_expected": row.as_expected,
            "server_errors": row.server_errors,
            "state_changed": row.state_changed,
            "no_reply": row.no_reply,
            "wrong": row.wrong,
        }
        for name, row in sorted(rows.items())
    }
    good = all(row.good for row in rows.values()) and not dead_letters and not text_in_logs
    return {
        "good": good,
        "rows": len(rows),
        "rows_good": sum(row.good for row in rows.values()),
        "sent": sum(row.sent for row in rows.values()),
        "server_errors": sum(row.server_errors for row in rows.values()),
        "state_changed": sum(row.state_changed for row in rows.values()),
        "dead_letters": dead_letters,
        "text_in_logs": text_in_logs,
        "no_entrance": dict(ABSENT),
        "by_row": each,
    }


def lines_with(words: Iterable[str], logs: Path, *, since: float = 0.0) -> int | None:
    """Return how many log lines contain one of the words, or None where there is no log to search.

    Logs without a line from `since` on (seconds of the epoch) belong to another instance.
    """
    files = sorted(logs.glob("*.log*"))
    if not any(file.stat().st_mtime >= since for file in files):
        return None
    needles = [word.encode() for word in words]
    return sum(
        any(needle in line for needle in needles)
        for file in files
        for line in file.read_bytes().splitlines()
    )
