"""Incidents are published, listed and ended here. They are kept with the configuration."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from surgeline.application.change_configuration import ChangeConfiguration
from surgeline.application.configuration import Configuration
from surgeline.application.ports.refusals import Absent
from surgeline.domain.crisis.incident import Incident
from surgeline.domain.plain_text import plain_text, says_something
from surgeline.errors import Unprocessable
from surgeline.knowledge.text.promises import promise_problems

MOST_CHARS = 1_000
MOST_RUNNING = 20
MOST_ARTICLES = 200
KEPT_DAYS = 14
MOST_KEPT = 60
LONGEST_MINUTES = 30 * 24 * 60
MOST_HOURS_BACK = 48
"""Who asked longer ago has the matter settled, or has asked again."""
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """The incident that a person wants to publish.

    Customers who asked about it in the last `tell_minutes` are told unasked.
    """

    texts: Mapping[str, str]
    minutes: int
    articles: Sequence[str] = ()
    channels: Sequence[str] = ()
    tell_minutes: int = 0


@dataclass(frozen=True, slots=True)
class Ground:
    """The facts that an incident is checked against.

    `languages` are those of the system, and `knows` says whether a knowledge base has an article.
    """

    now: int
    languages: Sequence[str]
    knows: Callable[[str], bool]


def publish_incident(
    change: ChangeConfiguration,
    wanted: Wanted,
    ground: Ground,
    *,
    incident_id: str,
) -> Incident:
    """Put an approved text before the bot's answers on its topic, until its end.

    Raises Unprocessable with every problem.
    """
    incident = Incident(
        id=incident_id,
        texts={name: plain_text(text).strip() for name, text in wanted.texts.items()},
        starts_at=ground.now,
        ends_at=ground.now + wanted.minutes * 60_000,
        articles=tuple(dict.fromkeys(wanted.articles)),
        channels=tuple(dict.fromkeys(wanted.channels)),
        tells_since=ground.now - wanted.tell_minutes * 60_000 if wanted.tell_minutes else 0,
    )

    def made(current: Configuration) -> Configuration:
        problems = tuple(_problems(incident, wanted, current, ground))
        if problems:
            raise Unprocessable("the incident is not valid", problems=problems)
        return replace(current, incidents=(*_kept(current.incidents, ground.now), incident))

    change.amend(made)
    return incident


def end_incident(change: ChangeConfiguration, incident_id: str, *, now: int) -> Incident:
    """End an incident now. One that has ended stays as it is. Raises Absent."""
    found: list[Incident] = []

    def made(current: Configuration) -> Configuration:
        known = next((each for each in current.incidents if each.id == incident_id), None)
        if known is None:
            raise Absent(f"there is no incident {incident_id!r}")
        ended = replace(known, ends_at=min(known.ends_at, now))
        found[:] = [ended]
        others = (ended if each is known else each for each in current.incidents)
        return replace(current, incidents=tuple(others))

    change.amend(made)
    return found[0]


def _kept(incidents: Sequence[Incident], now: int) -> tuple[Incident, ...]:
    """Return the incidents that are still listed: those that run, and those that ended lately."""
    kept = [each for each in incidents if each.ends_at > now - KEPT_DAYS * DAY_MS]
    running = [each for each in kept if each.state(now) != "ended"]
    ended = [each for each in kept if each.state(now) == "ended"][-MOST_KEPT:]
    return tuple(sorted((*ended, *running), key=lambda each: each.starts_at))


def _problems(
    incident: Incident, wanted: Wanted, current: Configuration, ground: Ground
) -> Iterator[str]:
    yield from text_problems("texts", incident.texts, ground.languages)
    for language, text in incident.texts.items():
        yield from (f"texts.{language}: {each}" for each in promise_problems(text))
    if not 1 <= wanted.minutes <= LONGEST_MINUTES:
        yield f"minutes: {wanted.minutes} is not between 1 and {LONGEST_MINUTES:,} (30 days)"
    if not 0 <= wanted.tell_minutes <= MOST_HOURS_BACK * 60:
        yield f"tell_minutes: use 0 (nobody) to {MOST_HOURS_BACK * 60:,} ({MOST_HOURS_BACK} hours)"
    if len(incident.articles) > MOST_ARTICLES:
        yield f"articles: at most {MOST_ARTICLES}; an incident without any is about everything"
    for each in incident.articles[:MOST_ARTICLES]:
        if not ground.knows(each):
            yield f"articles: no knowledge base has an article {each!r}"
    known = current.ids("channels")
    yield from (f"channels: there is no channel {e!r}" for e in incident.channels if e not in known)
    if sum(each.state(ground.now) != "ended" for each in current.incidents) >= MOST_RUNNING:
        yield f"{MOST_RUNNING} incidents are running; end one of them first"


def text_problems(place: str, texts: Mapping[str, str], languages: Sequence[str]) -> Iterator[str]:
    """Yield the problems of a text in several languages."""
    if not texts:
        yield f"{place}: give the text in one language at least ({', '.join(languages)})"
    for language, text in texts.items():
        if language not in languages:
            yield f"{place}.{language}: use one of {', '.join(languages)}"
        elif not says_something(text):
            yield f"{place}.{language}: the text says nothing"
        elif len(text) > MOST_CHARS:
            yield f"{place}.{language}: {len(text):,} characters; at most {MOST_CHARS:,}"
