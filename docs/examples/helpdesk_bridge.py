"""This bridge makes a helpdesk's tickets of conversations, by the pool protocol.

The helpdesk is django-helpdesk, whose REST interface and webhooks are used. Put this file beside
pool_receiver.py, and make the pool known. Start the helpdesk with its variable
HELPDESK_FOLLOWUP_WEBHOOK_URLS=http://127.0.0.1:9004/KEY, and run this. KEY is any long word,
because the helpdesk signs nothing:
    surgeline pool add desk --endpoint http://127.0.0.1:9004/
    SURGELINE_SECRET=whsec_... HELPDESK_KEY=KEY HELPDESK_LOGIN=bridge:password \
        python helpdesk_bridge.py URL http://127.0.0.1:8000 9004
"""
# ruff: noqa: INP001, S310 - a script to copy: it calls the URLs it is given

import base64
import hmac
import json
import os
import queue
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.request import Request, urlopen

from pool_receiver import KEY, tell, verify

HELPDESK_KEY = os.environ.get("HELPDESK_KEY", "")
AGENTS: dict[str, str] = {"1": "Kim"}  # in real life: the names of your people, by their numbers
LOGIN = base64.b64encode(os.environ.get("HELPDESK_LOGIN", "").encode()).decode()
RESOLVED, CLOSED = 3, 4  # the helpdesk's own numbers
QUEUE = 1
seen: set[str] = set()  # in real life: a table, as the three below
tickets: dict[str, dict[str, Any]] = {}  # what is known of a conversation, by the ticket's number
ours: set[int] = set()  # follow-ups that were written here or told already
todo: "queue.Queue[tuple[str, dict[str, Any]]]" = queue.Queue()


class Bridge:
    """Tells each side what the other one did, one thing after the other."""

    def __init__(self, events_url: str, helpdesk: str) -> None:
        self.events_url, self.helpdesk = events_url, helpdesk

    def heard(self, kind: str, data: dict[str, Any]) -> None:
        """Do what an event of Surgeline or a follow-up in the helpdesk wants."""
        if kind == "followup":
            self.followed_up(data["ticket"], data["followup_id"])
        elif kind == "handoff.offered":
            self.offered(data)
        elif ticket := self.ticket_of(data):
            said = {
                "conversation.message": lambda: f"Customer: {data['message']['text']}",
                "handoff.withdrawn": lambda: "This offer is over.",
                "conversation.taken_back": lambda: "This conversation was taken back.",
                "conversation.abandoned": lambda: "The customer left.",
            }.get(kind)
            if said:
                self.write(ticket, said(), closed=kind != "conversation.message")

    def offered(self, data: dict[str, Any]) -> None:
        """Make a ticket of an offer. Nobody gets a mail, because the address is no address."""
        lines = [f"{each['speaker']}: {each['text']}" for each in data["context"]["transcript"]]
        made = self.call(
            "POST",
            "tickets/",
            {
                "queue": QUEUE,
                "title": f"A customer waits: {data['reason']}",
                "description": "\n".join(lines),
                "submitter_email": f"{data['offer_id'].lower()}@customer.invalid",
                "priority": 3,
            },
        )
        about = {name: data[name] for name in ("conversation_id", "offer_id", "epoch")}
        tickets[str(made["id"])] = {**about, "title": made["title"], "taken": False}

    def followed_up(self, ticket: dict[str, Any], followup_id: int) -> None:
        """Tell what an agent wrote. The first public words also take the conversation."""
        known = tickets.get(str(ticket["id"]))
        found = [each for each in ticket["followup_set"] if each["id"] == followup_id]
        if known is None or not found or followup_id in ours:
            return
        ours.add(followup_id)
        text, name = found[0]["comment"] or "", AGENTS.get(str(found[0]["user"]))
        about = {each: known[each] for each in ("conversation_id", "epoch")}
        agent = {"agent": {"name": name}} if name else {}
        if not found[0]["public"]:
            if text:
                tell(self.events_url, "note.added", {**about, "text": text})
            return
        if not known["taken"] and not self.take(known, agent):
            self.write(str(ticket["id"]), "Nothing was sent: somebody else has it.", closed=True)
            return
        text, _, command = text.partition("#transfer")
        if text.strip():
            tell(self.events_url, "message.sent", {**about, **agent, "text": text.strip()})
        if command:
            to, _, reason = command.strip().partition(" ")
            told = {**about, "to": to, "reason": reason.strip()}
            tell(self.events_url, "conversation.transferred", told)
        elif ticket["status"] in (RESOLVED, CLOSED):
            tell(self.events_url, "conversation.resolved", {**about, "outcome": "solved"})

    def take(self, known: dict[str, Any], agent: dict[str, Any]) -> bool:
        """Accept the offer of a ticket. Return whether that was in time."""
        about = {name: known[name] for name in ("conversation_id", "offer_id")}
        said = tell(self.events_url, "handoff.accepted", {**about, **agent})
        known["taken"] = bool(said.get("accepted"))
        return bool(known["taken"])

    def ticket_of(self, data: dict[str, Any]) -> str:
        """Return the newest ticket of the event's conversation, or nothing."""
        mine = [
            each for each, it in tickets.items() if it["conversation_id"] == data["conversation_id"]
        ]
        return mine[-1] if mine else ""

    def write(self, ticket: str, text: str, *, closed: bool = False) -> None:
        """Write below a ticket, where only agents read it, and close the ticket if it is over."""
        title = tickets[ticket]["title"]  # a follow-up's title becomes the ticket's
        about = {"ticket": int(ticket), "title": title, "comment": text, "public": False}
        ours.add(self.call("POST", "followups/", about)["id"])
        if closed:
            self.call("PATCH", f"tickets/{ticket}/", {"status": CLOSED})

    def call(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Call the helpdesk, again after a while where it does not answer."""
        headers = {"content-type": "application/json", "authorization": f"Basic {LOGIN}"}
        url, raw = f"{self.helpdesk}/api/{path}", json.dumps(body).encode()
        for wait in (1, 5, 15):
            try:
                with urlopen(Request(url, raw, headers, method=method), timeout=10) as answer:
                    return dict(json.load(answer))
            except TimeoutError:
                time.sleep(wait)
        raise OSError(f"{url} does not answer")


class Entrance(BaseHTTPRequestHandler):
    """Takes in both sides' events: each is verified, taken once, and done later."""

    def do_POST(self) -> None:
        """Take in one webhook."""
        body = self.rfile.read(min(int(self.headers.get("content-length") or 0), 2_000_000))
        is_helpdesk = hmac.compare_digest(self.path.encode(), f"/{HELPDESK_KEY}".encode())
        webhook_id = None if is_helpdesk else verify(KEY, self.headers, body, time.time())
        if is_helpdesk:
            todo.put(("followup", json.loads(body)))
        elif webhook_id and webhook_id not in seen:
            seen.add(webhook_id)
            event = json.loads(body)
            todo.put((event["type"], event["data"]))
        self.send_response(202 if is_helpdesk or webhook_id else 401)
        self.end_headers()


if __name__ == "__main__":
    bridge = Bridge(sys.argv[1], sys.argv[2])
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[3])), Entrance)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    while True:  # one after the other: what belongs together keeps its order
        bridge.heard(*todo.get())
