"""A person sits at the desk of a console, on a shift, and has conversations with customers.

What they did is counted by the second. The count imports nothing of the reports.
"""

from dataclasses import dataclass, field
from functools import partial
from typing import Any

from surgeline.adapters.staff_format import decode, encode
from surgeline.application.books import id_of
from surgeline.application.on_call.call_books import call_books
from surgeline.application.staff.attendance import NoteSeats, seats_book
from surgeline.domain.on_call.call import Answer, Call
from surgeline.runtime.configuration import shelf_of, unheard

from tests.unit.virtual.outside import FIRST, Outside

DESK = {"id": "desk", "kind": "in_house", "reached_by": "console", "chats_per_seat": 2}
PAGE = {"x-surgeline": "1", "origin": "http://shop.test"}
SLOT = 300
"""The desk looks every five minutes who is there."""
ON_CALL = {
    "address": "https://shop.test",
    "people": [{"id": "k", "name": "kim", "reach": [{"channel": "shop", "sender": "kim"}]}],
}
HANDLED = 600
"""Two conversations overlap, and the last one ends when nobody sits there any more."""
Seconds = set[int]


@dataclass(slots=True)
class Desk:
    """What a person at the desk did, second by second."""

    outside: Outside
    here: Seconds = field(default_factory=set)
    busy: Seconds = field(default_factory=set)
    shift: Seconds = field(default_factory=set)
    handled: list[int] = field(default_factory=list)
    has: dict[str, int] = field(default_factory=dict)
    headers: Any = None

    def works(self) -> None:
        """Let six customers come within an hour in which Kim sits there most of the time."""
        self.opens()
        begins = (self.outside.home.clock.now() // 1000 // SLOT + 1) * SLOT
        self.sits(begins, begins + 3_000)
        self.promises(begins + 1_000, begins + 5_000)
        for number in range(6):
            for late, text in enumerate((FIRST[0], "I want to talk to a person")):
                write = partial(self.outside.shop.write, text, sender=f"d{number}")
                self.outside.later(600 + 450 * number + late, write)
        self.outside.home.run_for(2 * 3_600)

    def opens(self) -> None:
        """Let the company's own desk take the place of the vendors, and Kim sign in there."""
        self.outside.shop.configure(pools=[DESK], on_call=ON_CALL, routing={"keep_seconds": 0})
        self.outside.home.run_for(60)
        invited = {"name": "Kim", "role": "agent", "pools": [DESK["id"]]}
        path = self.outside.shop.admin("POST", "/v1/admin/staff", invited).json["path"]
        token = {"token": path.removeprefix("/sign-in#")}
        signed_in = self.outside.shop.request("POST", "/v1/staff/sign-in", token, PAGE)
        self.headers = PAGE | {"cookie": signed_in.headers["set-cookie"].partition(";")[0]}

    def promises(self, since: int, until: int) -> None:
        """Let Kim say yes to a shift."""
        now = self.outside.home.clock.now()
        kept = Call(
            id="c1", kind="shift", why="the sale", people=1, begins=since * 1000,
            ends=until * 1000, order=("k",), opened_at=now, opened_by="Lee",
            answers=(Answer("k", coming=True, at=now, arrives_at=since * 1000),),
        )  # fmt: skip
        books = call_books(self.outside.home.backend.ledger(), encode, decode)
        assert books.calls.write(f"{id_of(now)}-1", kept, after=0, now=now)
        self.shift = set(range(since, until))

    def sits(self, since: int, until: int) -> None:
        """Sit there from one second to another, and end afterwards what still goes on."""
        for second in range(since, until + HANDLED, 30):
            look = partial(self.looks, second, is_here=second < until)
            self.outside.home.agenda.at(second * 1000, look)

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Ask as the page does."""
        answer = self.outside.shop.request(method, f"/v1/staff/{path}", body, self.headers)
        assert answer.status in (200, 202), answer.text
        return answer.json

    def looks(self, second: int, *, is_here: bool) -> None:
        """Take what is offered, and end what has gone on for some minutes."""
        if is_here:
            self.ask("PUT", "desk/presence", {"state": "here"})
        if is_here and second % SLOT == 0:
            self.is_noted()
            self.here |= set(range(second, second + SLOT))
        [pool] = self.ask("GET", "desk")["pools"]
        for case in pool["cases"]:
            name = case["conversation_id"]
            if name not in self.has:
                self.says("handoff.accepted", name, offer_id=case["offer_id"])
                self.has[name] = second
            elif second - self.has[name] >= HANDLED:
                self.says("conversation.resolved", name, epoch=case["epoch"], outcome="solved")
                self.busy |= set(range(self.has[name], second))
                self.handled.append(second - self.has[name])

    def says(self, kind: str, name: str, **data: Any) -> None:
        """Send an event of the desk."""
        own_id = f"{kind}-{name[-8:]}".replace(".", "-")
        body = {"id": own_id, "type": kind, "data": {"conversation_id": name} | data}
        self.ask("POST", f"pools/{DESK['id']}/events", body)

    def is_noted(self) -> None:
        """Let the clock's minute note who sits there, which this home leaves out."""
        backend = self.outside.home.backend
        book = seats_book(backend.ledger(), encode, decode)
        configuration = shelf_of(backend, unheard).current()
        NoteSeats(book, backend.desk(), backend.clock)(configuration)
