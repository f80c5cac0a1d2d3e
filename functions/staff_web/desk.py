"""The routes of the agent's console live here: the desk, its cases, and what a person says."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from surgeline.adapters.codec import encode_event
from surgeline.adapters.pool_protocol import pool_says
from surgeline.application.answers.starters import ArticleTitles, Titles
from surgeline.application.configuration import ConfigurationShelf, PoolSettings
from surgeline.application.media.links import links_with
from surgeline.application.ports.desk import Case, PresenceState
from surgeline.application.ports.refusals import Absent
from surgeline.application.ports.staff import Person
from surgeline.application.staff.desk_work import DeskWork, check_desk
from surgeline.application.staff.one_context import elsewhere
from surgeline.application.staff.read_case import read_case
from surgeline.application.staff.tickets import PROTOCOL, issue_ticket
from surgeline.application.thread_events import ThreadEvents
from surgeline.domain.ids import is_name
from surgeline.domain.pools import PRESENT_SECONDS
from surgeline.domain.times import rfc3339
from surgeline.errors import BadRequest
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.hearing import hearing
from surgeline.runtime.http import Request, Response, json_only
from surgeline.runtime.ids_key import ids_key
from surgeline.runtime.rate_cap import RateCap
from surgeline.runtime.settings import StaffWeb
from surgeline.runtime.staff_session import passes_of, signed_in
from surgeline.runtime.strict_json import load_object, text_field

from functions.staff_web.own_ids import own_id_of

MOST_DIGITS = 12
LINE = 5
"""So many of those who wait for a pool are shown, with their places."""
STATES: tuple[PresenceState, ...] = ("here", "finishing", "away")
CALLS_AT_ONCE = 200
CALLS_PER_SECOND = 20.0
SOCKET_PATH = "/v1/web/desk/socket"
"""The address of sockets on one machine, where sockets have paths."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The person who asks, with the pools of the console in which they may work."""

    person: Person
    pools: tuple[PoolSettings, ...]


class DeskRoutes:
    """The routes below /v1/staff/desk and /v1/staff/pools."""

    def __init__(
        self,
        backend: Backend,
        settings: StaffWeb,
        shelf: ConfigurationShelf,
        log: Callable[..., None],
    ) -> None:
        self._backend = backend
        self._settings = settings
        self._shelf = shelf
        self._log = log
        self._clock = backend.clock
        self._passes = passes_of(backend)
        self._desk = backend.desk()
        self._waitlist = backend.waitlist()
        self._secrets = backend.secrets()
        self._titles = ArticleTitles(backend.blobs(), backend.clock)
        events = ThreadEvents(backend.queue(settings.events_queue), encode_event)
        hear = hearing(backend, shelf, events.emit)
        self._work = DeskWork(self._desk, hear, backend.store(), backend.sockets(), backend.clock)
        self._cap = RateCap(
            burst=CALLS_AT_ONCE,
            per_second=CALLS_PER_SECOND,
            refusal="too many requests of one person; go on after the seconds in Retry-After",
        )

    def show(self, request: Request) -> Response:
        """Answer the desks of the person's pools: who sits there, and what lies there."""
        caller = self._caller(request)
        people = self._backend.staff().people()
        names = {each.id: each.name for each in people if not each.revoked}
        pools = [self._shown(pool, caller.person, names) for pool in caller.pools]
        configuration, now = self._shelf.current(), self._clock.now()
        running = [each for each in configuration.incidents if each.state(now) == "running"]
        body = {
            "as_of": rfc3339(now),
            "pools": pools,
            "transfer_to": [each.id for each in configuration.pools],
            "escalates": configuration.routing.escalates,
            "incidents": [{"id": each.id, "texts": dict(each.texts)} for each in running],
        }
        return Response(200, body)

    def sit(self, request: Request) -> Response:
        """Note that the person is at their desks, finishes, or is away."""
        json_only(request)
        caller = self._caller(request)
        wanted = load_object(request.body).get("state")
        state = next((each for each in STATES if each == wanted), None)
        if state is None:
            raise BadRequest(f"use one of {', '.join(STATES)}", field="state")
        for pool in caller.pools:
            self._work.sit(caller.person, pool, state)
        return Response(200, {"state": state, "again_within_seconds": PRESENT_SECONDS // 3})

    def ticket(self, request: Request) -> Response:
        """Answer where the page opens its socket at a desk, and with which subprotocols."""
        json_only(request)
        pool = self._pool(request, load_object(request.body).get("pool_id"))
        ticket = issue_ticket(ids_key(self._secrets), pool.id, now=self._clock.now())
        return Response(201, {"url": self._socket_url(request), "protocols": [PROTOCOL, ticket]})

    def say(self, request: Request) -> Response:
        """Take an event of the pool protocol from a person. `id` is the page's own for it."""
        json_only(request)
        pool = self._pool(request, request.path["pool_id"])
        person = self._caller(request).person
        body = load_object(request.body)
        own_id = own_id_of(text_field(body, "id", max_chars=64))
        said = pool_says(body)
        heard = self._work.say(person, pool, own_id, said)
        self._log("said", pool_id=pool.id, person_id=person.id, event=type(said).__name__)
        return Response(200 if heard.decided else 202, heard.answer)

    def give(self, request: Request) -> Response:
        """Give a case to a colleague."""
        json_only(request)
        pool = self._pool(request, request.path["pool_id"])
        body = load_object(request.body)
        epoch = body.get("epoch")
        if not isinstance(epoch, int) or isinstance(epoch, bool):
            raise BadRequest("use the epoch of the case", field="epoch")
        colleague = self._backend.staff().person(text_field(body, "person_id", max_chars=64))
        if colleague is None or colleague.revoked:
            raise Absent("there is no such colleague")
        self._work.give(
            self._caller(request).person,
            pool,
            text_field(body, "conversation_id", max_chars=64),
            epoch=epoch,
            to=colleague,
        )
        return Response(200, {"given_to": colleague.name})

    def case(self, request: Request) -> Response:
        """Answer a page of a conversation at the desk, with what there is to know of it."""
        pool = self._pool(request, request.path["pool_id"])
        after = request.query.get("after", "0")
        if not (after.isascii() and after.isdigit() and len(after) <= MOST_DIGITS):
            raise BadRequest("use the next_after of the page before", field="after")
        conversation_id = request.path["conversation_id"]
        case = self._desk.case(pool.id, conversation_id)
        shown = read_case(
            self._backend.store(),
            pool,
            conversation_id,
            case,
            after_seq=int(after),
            titles_on=self._titles_on,
            link=links_with(partial(ids_key, self._secrets)),
            now=self._clock.now(),
            elsewhere=partial(
                elsewhere,
                self._backend.store(),
                self._backend.ledger(),
                level=pool.redaction,
                now=self._clock.now(),
            ),
        )
        return Response(200, shown)

    def _titles_on(self, channel_id: str) -> Titles:
        channels = self._shelf.current().channels
        base = next((each.knowledge_base for each in channels if each.id == channel_id), None)
        return self._titles.of(base) if base else {}

    def _caller(self, request: Request) -> Caller:
        person = signed_in(request, self._passes).person
        self._cap.take(person.id, self._clock.now())
        configured = self._shelf.current().pools
        mine = [
            each
            for each in configured
            if each.reached_by == "console" and (each.id in person.pools or not person.pools)
        ]
        return Caller(person, tuple(mine))

    def _pool(self, request: Request, pool_id: object) -> PoolSettings:
        """Return the pool of that id, if the person who asks works in it. Raises Absent."""
        person = signed_in(request, self._passes).person
        known = self._shelf.pool(pool_id) if isinstance(pool_id, str) and is_name(pool_id) else None
        return check_desk(person, known)

    def _shown(
        self, pool: PoolSettings, person: Person, names: dict[str, str]
    ) -> dict[str, object]:
        sitting = self._desk.sitting(pool.id, now=self._clock.now())
        return {
            "id": pool.id,
            "chats_per_seat": pool.chats_per_seat,
            "paused": pool.paused,
            "sitting": [
                {
                    "person_id": each.person_id,
                    "name": names[each.person_id],
                    "state": each.state,
                }
                for each in sitting
                if each.person_id in names
            ],
            "cases": [_case(each, person, names) for each in self._desk.cases(pool.id)],
            **self._line(pool.id),
        }

    def _line(self, pool_id: str) -> dict[str, object]:
        """Return how many customers wait for the pool, and since when the first ones do."""
        first = self._waitlist.first(pool_id, limit=LINE)
        count = self._waitlist.waiting(pool_id) if len(first) == LINE else len(first)
        line = [
            {"place": place, "waits_since": rfc3339(each.since)}
            for place, each in enumerate(first, 1)
        ]
        return {"waiting": count, "line": line}

    def _socket_url(self, request: Request) -> str:
        if self._settings.sockets.startswith("wss://"):
            return self._settings.sockets
        return f"{request.socket_base}{SOCKET_PATH}"


def _case(case: Case, person: Person, names: dict[str, str]) -> dict[str, object]:
    return {
        "conversation_id": case.conversation_id,
        "offer_id": case.offer_id,
        "epoch": case.epoch,
        "state": case.state,
        "since": rfc3339(case.since),
        "expires_at": rfc3339(case.expires_at),
        "reason": case.reason,
        "language": case.language,
        "agent": names.get(case.person_id or ""),
        "mine": case.person_id == person.id,
        "told_seq": case.told_seq,
    }
