"""A team is a pool's people in a rehearsal: their shifts, their chats, and their bad times.

Agents with several chats are slower at each. A chat is worked through in steps, one for each text,
and each step takes as long as the agent's chats at its beginning make it.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from surgeline.adapters.outbound.sender import NoReply
from surgeline.domain.times import milliseconds

from local.rehearsal.chance import Chance
from local.rehearsal.day import Day, People, minutes
from local.rehearsal.stage import Stage
from local.virtual.network import Answer

_AGAIN_SECONDS: Final = 5
_TRIES: Final = 100
_REPORTS_SECONDS: Final = 3_000
_VALID_SECONDS: Final = 3_600
_THROTTLED: Final = 429
_REFUSED: Final = 300
_BROKEN: Final = 500


@dataclass(slots=True)
class Agent:
    """One agent, and the conversations that he has."""

    name: str
    chats: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Chat:
    """A conversation of an agent, under one epoch. So many steps of it are done."""

    name: str
    offer_id: str
    agent: Agent
    epoch: int | None = None
    steps: int = 0
    is_over: bool = False


class Team:
    """The people of one pool. Who `is_led` comes and goes as the controller says, at once."""

    def __init__(self, stage: Stage, day: Day, people: People, chance: Chance) -> None:
        self._stage = stage
        self._people = people
        self._chance = chance
        self._steps = day.customers.turns + 1
        self._agents = [Agent(f"Agent {number + 1}") for number in range(people.most)]
        self._chats: dict[str, Chat] = {}
        self._offered: dict[str, str] = {}
        self._said = 0
        self._brought = 0
        self._paid = 0
        self._paid_since = 0
        self._paid_before = 0.0
        self._keep_until = 0
        self._is_released = False
        self._newest = 0
        self._wanted_until: int | None = None
        self.is_led = False
        self.accepted = 0
        self.resolved = 0
        stage.hears_events(people.id, self._hears)

    def begin(self) -> None:
        """Put the day's shifts on the agenda."""
        ends = {0} | {minutes(each) for s in self._people.shifts for each in (s.begin, s.end)}
        for minute in sorted(ends):
            self._stage.at(minute * 60_000, self._reports)
        self._stage.home.agenda.every(
            _REPORTS_SECONDS, self._reports, first_at=self._stage.midnight + _REPORTS_SECONDS * 1000
        )

    @property
    def on_seat(self) -> int:
        """Return how many people are there now."""
        return min(self._people.on_shift(self._stage.minute) + self._brought, self._people.most)

    @property
    def chats(self) -> int:
        """Return how many conversations the people have now."""
        return len(self._chats)

    @property
    def spent(self) -> float:
        """Return what the people have cost by now, in dollars."""
        now = self._stage.now
        seconds = self._paid_before + self._paid * (now - self._paid_since) / 1000
        for shift in self._people.shifts:
            begin, end = minutes(shift.begin) * 60, minutes(shift.end) * 60
            seconds += shift.agents * max(0.0, min(now / 1000, end) - begin)
        hours = seconds / 3_600 * self._people.cost_per_hour
        return hours + self.accepted * self._people.cost_per_conversation

    # ------------------------------------------------------------ what the pool hears

    def _hears(self, event: Mapping[str, Any]) -> Answer:
        kind, data = event["type"], event["data"]
        if self._fault("down"):
            raise NoReply("connect", "the pool is down")
        if self._fault("error"):
            return Answer(_BROKEN)
        if kind == "handoff.offered":
            return self._is_offered(data)
        if kind in {"conversation.taken_back", "conversation.abandoned"}:
            self._loses(data["conversation_id"], data["epoch"])
        elif kind == "handoff.withdrawn":
            self._is_withdrawn(data["offer_id"])
        elif kind in {"capacity.requested", "capacity.released"}:
            self._hears_of_capacity(data)
        return Answer()

    def _fault(self, kind: str) -> bool:
        minute = self._stage.minute
        return any(each.kind == kind and each.has(minute) for each in self._people.faults)

    def _is_offered(self, data: Mapping[str, Any]) -> Answer:
        agent = self._free_agent()
        if agent is None or self._fault("declines"):
            return Answer(body=json.dumps({"accepted": False, "reason": "busy"}).encode())
        name = data["conversation_id"]
        if name in self._chats:
            self._ends(self._chats[name])
        chat = Chat(name, data["offer_id"], agent)
        agent.chats.add(name)
        self._offered[data["offer_id"]] = name
        self._chats[name] = chat
        self._stage.later(self._people.answers_after_seconds, partial(self._accepts, chat))
        return Answer(202)

    def _free_agent(self) -> Agent | None:
        """Return the agent on seat with the fewest chats, or None when all are busy."""
        there = self._agents[: self.on_seat]
        agent = min(there, key=lambda each: len(each.chats), default=None)
        is_free = agent is not None and len(agent.chats) < len(self._people.handle_seconds)
        return agent if is_free else None

    # ------------------------------------------------------------ what the people do

    def _accepts(self, chat: Chat) -> None:
        if chat.is_over:
            return
        about = {"conversation_id": chat.name, "offer_id": chat.offer_id}
        told = about | {"agent": {"name": chat.agent.name}}
        self._say("handoff.accepted", told, partial(self._is_told, chat))

    def _is_told(self, chat: Chat, status: int, body: Mapping[str, Any]) -> None:
        if chat.is_over:
            return
        if status >= _REFUSED:
            self._ends(chat)
            return
        chat.epoch = body["epoch"]
        self.accepted += 1
        if not self._fault("silent"):
            self._works(chat)

    def _works(self, chat: Chat) -> None:
        """Begin the next step of a chat."""
        load = len(chat.agent.chats)
        whole = self._people.handle_seconds[load - 1]
        work = self._chance.work(self._people.variation, "work", self._people.id, chat.name)
        self._stage.later(whole * work / self._steps, partial(self._steps_on, chat))

    def _steps_on(self, chat: Chat) -> None:
        """End a step: say something, or resolve the conversation after the last one."""
        if chat.is_over:
            return
        chat.steps += 1
        owns = {"conversation_id": chat.name, "epoch": chat.epoch}
        text = f"I am looking into it, this is step {chat.steps}."
        then = partial(self._has_said, chat)
        self._say("message.sent", owns | {"text": text}, then)

    def _has_said(self, chat: Chat, status: int, body: Mapping[str, Any]) -> None:
        del body
        if chat.is_over:
            return
        if status >= _REFUSED:
            self._ends(chat)
        elif chat.steps < self._steps:
            self._works(chat)
        else:
            owns = {"conversation_id": chat.name, "epoch": chat.epoch}
            self._say("conversation.resolved", owns | {"outcome": "solved"}, lambda *_: None)
            self.resolved += 1
            self._ends(chat)

    def _say(
        self,
        kind: str,
        data: Mapping[str, Any],
        then: Callable[[int, Mapping[str, Any]], None],
    ) -> None:
        """Send an event until it is answered for good, under one id."""
        self._said += 1
        self._send(kind, data, f"{self._people.id}-{self._said}", then, 1)

    def _send(
        self,
        kind: str,
        data: Mapping[str, Any],
        event: str,
        then: Callable[[int, Mapping[str, Any]], None],
        tries: int,
    ) -> None:
        status, body = 0, {}
        if not self._fault("down"):
            answer = self._stage.say(self._people.id, kind, data, event)
            status, body = answer.status, answer.json
        is_final = 0 < status < _BROKEN and status != _THROTTLED
        if is_final or tries == _TRIES:
            then(status or _BROKEN, body)
            return
        again = partial(self._send, kind, data, event, then, tries + 1)
        self._stage.later(_AGAIN_SECONDS, again)

    # ------------------------------------------------------------ ends

    def _loses(self, name: str, epoch: int) -> None:
        chat = self._chats.get(name)
        if chat is not None and chat.epoch is not None and chat.epoch <= epoch:
            self._ends(chat)

    def _is_withdrawn(self, offer_id: str) -> None:
        chat = self._chats.get(self._offered.get(offer_id, ""))
        if chat is not None and chat.offer_id == offer_id:
            self._ends(chat)

    def _ends(self, chat: Chat) -> None:
        chat.is_over = True
        chat.agent.chats.discard(chat.name)
        self._offered.pop(chat.offer_id, None)
        if self._chats.get(chat.name) is chat:
            del self._chats[chat.name]

    # ------------------------------------------------------------ how many are there

    def _reports(self) -> None:
        """Tell how many people are there. What is told expires, so that it is told again."""
        told = {"seats": self.on_seat, "valid_seconds": _VALID_SECONDS}
        self._say("capacity.reported", told, lambda *_: None)

    def _hears_of_capacity(self, data: Mapping[str, Any]) -> None:
        """Heed the newest request or release. A request whose window is over brings nobody."""
        if data["seq"] <= self._newest:
            return
        self._newest = data["seq"]
        begins, ends = (self._moment(data.get(name)) for name in ("from", "until"))
        self._wanted_until = ends
        if ends is not None and ends <= self._stage.now:
            return
        if ends is not None:
            self._stage.at(ends, partial(self._window_ends, ends))
        self._is_wanted(data.get("seats", 0), begins or 0)

    def _moment(self, time: str | None) -> int | None:
        return None if time is None else milliseconds(time) - self._stage.midnight

    def _window_ends(self, ends: int) -> None:
        """Let everybody who was brought go, unless the request was renewed meanwhile."""
        if self._wanted_until == ends and self._paid:
            self._pay(0)
            self._brought = 0
            self._reports()

    def _is_wanted(self, people: int, begins: int) -> None:
        """Be asked for so many people in all, from a moment on, or for none any more."""
        if people > self._paid or (people and not self.is_led):
            self._is_asked_for(people, begins)
        elif not self.is_led:
            self._may_go()
        elif people < self._paid:
            self._pay(people)
            self._brought = min(self._brought, people)
            self._reports()

    def _is_asked_for(self, seats: int, begins: int) -> None:
        """Bring people, of whom a vendor may deliver only a share. They are paid from now on."""
        growth = self._people.growth
        if growth is None:
            return
        self._is_released = False
        comes = min(int(seats * growth.delivers + 1e-9), growth.maximum)
        if comes > self._paid:
            self._pay(comes)
            self._keep_until = self._stage.now + round(growth.minimum_seconds * 1000)
            earliest = self._stage.now + round(growth.start_up_seconds * 1000)
            self._stage.at(max(earliest, begins), partial(self._come, comes))

    def _come(self, people: int) -> None:
        if self._brought < people <= self._paid:
            self._brought = people
            self._reports()

    def _may_go(self) -> None:
        """Let those who were brought go, once their shortest time is over."""
        self._is_released = True
        self._stage.at(max(self._stage.now, self._keep_until), self._go)

    def _go(self) -> None:
        if self._is_released and self._paid and self._stage.now >= self._keep_until:
            self._pay(0)
            self._brought = 0
            self._reports()

    def _pay(self, people: int) -> None:
        """Count the time of those who were brought so far, and pay so many from now on."""
        now = self._stage.now
        self._paid_before += self._paid * (now - self._paid_since) / 1000
        self._paid, self._paid_since = people, now
