"""A drill is played from the command line here: its checks, its customers' way in, its words."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import click

from cli.api import Api, Refused, admin, path
from cli.console import NotReachable, WrongUse, counted, plain, print_json
from cli.people.intervals import minute_of
from local.rehearsal.day import Day, WrongDay
from local.rehearsal.drill import Clock, Drilled, Part, cut, drill, part_of

ACCEPTED: Final = 202
NO_ANSWER: Final = 0
MARK_CHANNEL: Final = "surgeline channel add drill --kind web --setting drill=true"
MARK_POOL: Final = "surgeline pool add trainees --kind in_house --drill"
_LINES: Final = {
    "contacts": "customers who wrote",
    "messages": "messages that they wrote",
    "answered_by_bot": "answered by the bot alone",
    "asked_for_person": "a person asked for",
    "served": "joined by a person",
    "abandoned": "gave up waiting",
    "turned_away": "told that nobody is free",
    "refused": "messages that were never taken in",
    "repeated": "texts that came twice",
    "untold": "customers without an answer to their last text",
    "forgotten": "customers who wait at the end",
    "still_served": "customers with a person at the end",
}


@dataclass(frozen=True, slots=True)
class Ground:
    """The channel over which a drill is played, and the pools that its customers can meet."""

    channel: str
    pools: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways to play a drill: where, from which minute on, how long, and with which chance.

    Who came may stay `patience_minutes` after the last one came.
    """

    channel: str | None
    begin: str | None
    minutes: int
    patience_minutes: int
    seed: int


@dataclass(frozen=True, slots=True)
class _Status:
    status: int


@dataclass(slots=True)
class ChatDoor:
    """See local.rehearsal.drill.Door: customers write over a web channel, each as a visitor."""

    api: Api
    channel: str
    tokens: dict[str, str] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)

    def write(self, sender: str, text: str, number: int) -> _Status:
        """Send a message. A customer who writes first becomes a visitor."""
        body = {"client_message_id": f"{sender}-{number}", "text": text}
        try:
            if sender not in self.tokens:
                made = self._call(None, "POST", "visitors", {})
                self.tokens[sender] = made["token"]
            self._call(sender, "POST", "messages", body)
        except Refused as error:
            return _Status(error.status)
        except NotReachable:
            return _Status(NO_ANSWER)
        return _Status(ACCEPTED)

    def heard(self, sender: str) -> Iterator[Mapping[str, Any]]:
        """Yield the lines that are new. A customer who can't be answered now asks again later."""
        if sender not in self.tokens:
            return
        try:
            found = self._call(sender, "GET", f"messages?after={self.seen.get(sender, 0)}")
        except (Refused, NotReachable):
            return
        self.seen[sender] = found["last_seq"]
        for line in found["lines"]:
            if line["speaker"] != "customer" and found["conversation"]:
                yield {"sender": sender, "message": line, "conversation": found["conversation"]}

    def leave(self, sender: str) -> None:
        """End a chat. One that can't be ended now ends by the rules of the instance."""
        if sender in self.tokens:
            try:
                self._call(sender, "POST", "leave", {})
            except (Refused, NotReachable):
                return

    def _call(self, sender: str | None, method: str, place: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        self.api.bearer = self.tokens[sender] if sender else None
        address = f"{path('web', self.channel)}/{place}"
        return self.api.get(address) if method == "GET" else self.api.post(address, body)


def ground_of(configuration: Mapping[str, Any], channel: str | None) -> Ground:
    """Return where a drill is played. Raises WrongUse unless its channel and pools are marked."""
    channels = [each for each in configuration["channels"] if each.get("drill")]
    if channel is not None and channel not in [each["id"] for each in channels]:
        raise WrongUse(
            f"the channel {channel!r} is not marked as drill, so that its reports and lines are"
            f" real ones. Make one that is: {MARK_CHANNEL}"
        )
    fitting = [each["id"] for each in channels if each["kind"] == "web"]
    chosen = [each for each in fitting if channel in (None, each)]
    if not chosen:
        raise WrongUse(f"no web channel is marked as drill. Make one: {MARK_CHANNEL}")
    if len(chosen) > 1:
        raise WrongUse(
            f"several channels are marked as drill ({', '.join(chosen)}); give --channel"
        )
    pools = tuple(each["id"] for each in configuration["pools"] if each.get("drill"))
    if not pools:
        raise WrongUse(
            f"no pool is marked as drill, and a drill touches no other pool. Make one: {MARK_POOL}"
        )
    return Ground(chosen[0], pools)


def live(day: Day, ways: Ways, url: str, admin_key: str | None, *, as_json: bool) -> None:
    """Play a part of a day against a running instance. Raises WrongUse, WrongDay."""
    found = admin(url, admin_key).get("/v1/admin/configuration")["configuration"]
    ground = ground_of(found, ways.channel)
    part = part_of(day, ways.minutes, None if ways.begin is None else _minute(ways.begin))
    if not as_json:
        click.echo(plain(_announced(day, part, ground)))
    door = ChatDoor(Api(url), ground.channel)
    clock = Clock(time.monotonic, time.sleep)
    outcome = drill(day, part, door, clock, seed=ways.seed, patience_minutes=ways.patience_minutes)
    if as_json:
        print_json(outcome.as_json() | {"channel": ground.channel, "pools": list(ground.pools)})
    else:
        click.echo("\n".join(lines_of(outcome)))


def lines_of(outcome: Drilled) -> Iterator[str]:
    """Yield what happened, in lines."""
    if outcome.was_stopped:
        yield "The drill was stopped. Until then:"
    found = outcome.as_json()
    for name, words in _LINES.items():
        yield f"{words:<48}{found[name]:>10,}"
    if outcome.asked_for_person:
        is_met = "met" if outcome.service_level >= outcome.target else "missed"
        within = f"joined within {outcome.within_seconds:g} s"
        yield f"{within:<48}{outcome.service_level:>10.0%}"
        yield f"The target of {outcome.target:.0%} is {is_met}."
    middle, late = outcome.wait_seconds["p50"], outcome.wait_seconds["p95"]
    if middle is not None and late is not None:
        yield f"The wait for a person was {middle:,.0f} s at p50 and {late:,.0f} s at p95."


def _announced(day: Day, part: Part, ground: Ground) -> str:
    return (
        f"{day.title}: {cut(day, part).contacts:,} customers from {part.clock} on, within"
        f" {counted(part.length, 'minute')}, on the channel {ground.channel}.\n"
        f"Their people are those of: {', '.join(ground.pools)}. Ctrl-C ends the drill."
    )


def _minute(clock: str) -> int:
    found = minute_of(clock)
    if found is None:
        raise WrongDay(f"--from: {clock!r} is no time of a day, such as 09:30")
    return found
