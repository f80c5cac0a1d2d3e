"""The lead's page takes a mailbox apart in whole conversations, and sends a file's tickets once."""

import base64
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from surgeline.adapters.past.conversation import PastConversation
from surgeline.adapters.past.read import read_content

WEB = Path(__file__).parents[3] / "web"
NODE = shutil.which("node", path=str(Path(sys.executable).parent)) or shutil.which("node") or ""
OURS = ("help@shop.example",)
PAGE = """
import { readFileSync } from "node:fs";
import { piecesOf } from "./lead/backlog_pieces.js";

const pieces = await piecesOf(new Blob([readFileSync(0)]));
const lines = Array.from({ length: 40_000 }, (_, line) => line);
console.log(JSON.stringify(pieces?.map((each) => [each.content, lines.map(each.lineOf)]) ?? null));
"""
SENDING = """
import { bring, previewOf } from "./lead/backlog_sending.js";

globalThis.setTimeout = queueMicrotask;
const asked = [];
let [busy, stopsAt] = [2, Infinity];
const stop = new AbortController();
const change = async (method, path, body, reason, version, ms) => {
  asked.push({ path: path.split("/").slice(2).join("/"), ms, size: JSON.stringify(body).length });
  if (asked.length === stopsAt) stop.abort();
  if (busy-- > 0) throw Object.assign(new Error(), { passes: true, retrySeconds: 1 });
  if (body.tickets) return { tickets: body.tickets.length, new: body.tickets.length };
  const found = Array.from({ length: 60 }, (_, each) => ({ key: String(body.after + each) }));
  const told = { format: "table", left_out: [{ code: "closed", count: 1 }], problems: [] };
  return { ...told, found, next_after: body.after ? null : 60 };
};
const page = { change, say: () => {} };
const content = "x".repeat(100_000);
const sent = [[{ content }, (line) => line]];
const { tickets, leftOut } = await previewOf(page, "old", sent, stop.signal);
const done = { count: 0, fresh: 0 };
const read = asked.splice(0);
[busy, stopsAt] = [1, 2];
const isWhole = await bring(page, "old", { tickets }, "why", done, stop.signal);
const none = await previewOf(page, "old", sent, stop.signal);
const left = Object.fromEntries(leftOut);
console.log(JSON.stringify({ read, brought: asked, done, isWhole, none, left }));
"""
PICTURE = ("A" * 76 + "\n") * 3_000

pytestmark = pytest.mark.skipif(not NODE, reason="the CDK CLI's Node is not here")


def pieces_of(content: bytes) -> Any:
    """Return the pieces of a file as the page makes them, each with its lines."""
    return ran(PAGE, content)


def ran(page: str, content: bytes = b"") -> Any:
    """Return what a piece of the page's code prints."""
    run = [NODE, "--input-type=module", "--eval", page]
    done = subprocess.run(run, input=content, capture_output=True, check=True, cwd=WEB)  # noqa: S603 # our own page's code
    return json.loads(done.stdout)


def mail(number: int, sender: str, *headers: str, body: str) -> str:
    date = f"Date: Mon, 2 Nov 2026 {number // 60:02}:{number % 60:02}:00 +0000"
    head = [f"From x Mon Nov  2 09:00:00 2026\nFrom: {sender}", date, f"Message-ID: <{number}@x>"]
    return "\n".join([*head, *headers, "", body, "", ""])


def mailbox() -> bytes:
    """Return the mails of many threads that lie between each other, some with large pictures."""
    picture = "Content-Type: multipart/mixed; boundary=b"
    parts = "--b\nContent-Type: text/plain\n\n{}\n--b\nContent-Type: image/png\n"
    shown = parts + "Content-Transfer-Encoding: base64\n\n" + PICTURE + "\n--b--"
    mails = [mail(n, f"c{n}@a.example", picture, body=shown.format(f"Ask {n}")) for n in range(6)]
    long = " ".join(f"word {n}" for n in range(6_000))
    mails += [mail(n, f"d{n}@a.example", body=long) for n in range(20, 70)]
    mails += [
        mail(n, "help@shop.example", f"References: <{n % 6}@x>", body=f"We look at {n}: é\n>From x")
        for n in range(6, 12)
    ]
    mails += [mail(n, "c@b.example", f"In-Reply-To: <{n - 6}@x>", body="News?") for n in (12, 13)]
    mails += ["From x\nno header at all\n\n"]
    return "".join(mails).encode()


def plain(found: PastConversation) -> tuple[Any, ...]:
    """Return what a conversation says, without its place."""
    return found.key, found.sender, found.said, found.message_id, found.references


def test_a_mailbox_in_pieces_has_the_same_conversations() -> None:
    """Replies stay with what they answer, attachments are cut, and lines are those of the file."""
    raw = mailbox()
    whole = read_content("old.mbox", raw, ours=OURS)
    pieces = pieces_of(raw)
    assert len(pieces) > 1
    read = [
        (read_content("old.mbox", base64.b64decode(content), ours=OURS), lines)
        for content, lines in pieces
    ]
    found = [plain(each) for past, _ in read for each in past.conversations]
    assert sorted(found) == sorted(plain(each) for each in whole.conversations)
    assert all(len(content) < 3_000_000 for content, _ in pieces)
    problems = [lines[each.line] for past, lines in read for each in past.problems]
    assert problems == [each.line for each in whole.problems]
    assert len(problems) == 1


def test_another_file_is_one_piece_or_too_large() -> None:
    """A table goes as it is, byte for byte, and one of more than 3 MB goes by the command."""
    table = "id,sender,text\n1,a@a.example,né\n".encode("utf-16")
    [[content, lines]] = pieces_of(table)
    assert base64.b64decode(content) == table
    assert lines[7] == 7
    assert pieces_of(b"sender,text\n" + b"x" * 3_000_000) is None


def test_a_file_is_sent_for_its_tickets_and_they_are_sent_once() -> None:
    """A busy instance is asked again, a lot has its tickets alone, and nothing follows a stop."""
    said = ran(SENDING)
    assert [each["path"] for each in said["read"]] == ["files/preview"] * 4
    assert said["left"] == {"closed": {"count": 1}}
    assert [each["path"] for each in said["brought"]] == ["tickets"] * 2
    assert all(each["size"] < 2_000 for each in said["brought"])
    assert all(each["ms"] >= 60_000 for each in said["read"] + said["brought"])
    assert said["done"] == {"count": 50, "fresh": 50}
    assert (said["isWhole"], said["none"]) == (False, None)


def test_mails_whose_words_would_be_cut_are_left_to_the_command() -> None:
    """A thousand answers to one letter don't fit a piece, and none of them loses its words."""
    head = "".join(
        f"Received: from relay-{hop}.example by mx.example with ESMTPS\n" for hop in range(50)
    )
    answers = [
        f"From - Mon\nFrom: c{number}@mail.example\nTo: help@shop.example\n"
        f"Message-ID: <{number}@mail.example>\nIn-Reply-To: <letter@shop.example>\n"
        f"{head}Subject: Re: News\n\nWhere is order {number}?\n\n"
        for number in range(1_000)
    ]
    assert pieces_of("".join(answers).encode()) is None
    [(content, _)] = pieces_of("".join(answers[:90]).encode())
    assert base64.b64decode(content).count(b"Where is order") == 90
