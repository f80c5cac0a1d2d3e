"""The month is played here, day by day, through the real handlers."""

import random
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from surgeline.application.answers.encoders import Encoders
from surgeline.knowledge.encoders.encoder import Encoder
from surgeline.knowledge.encoders.remembering import Remembering

from benchmarks.month.lead import BASE, Lead, Work
from benchmarks.month.people import HOUR, MINUTE, Contact, People
from benchmarks.month.topics import Company, Topic
from functions.admin_api.handler import build as admin_api
from functions.knowledge_build.handler import build as knowledge_build
from local.home.plan import Plan
from local.virtual.home import VirtualHome
from local.virtual.shop import Shop

RAM: Final = Path("/dev/shm")  # noqa: S108 - only where it is faster; any folder does
BEGINS: Final = 1_772_323_200_000
"""2026-03-01T00:00:00Z."""
DAY: Final = 24 * HOUR
OPENS, CLOSES, LEAD_READS = 8 * HOUR, 20 * HOUR, 17 * HOUR
DAILY: Final = 8
LAST_DAYS: Final = 6
"""On so many last days customers ask in words that nobody used before."""
WRONG_DAY: Final = 15
BEYOND: Final = 0.1
"""This share of the contacts asks what the company has no article for, and writes none for."""
UNNEEDED: Final = ("minute", "chores", "mail_intake")
"""Nobody reads alerts and mails here, and spikes are measured elsewhere."""
STEPS: Final = {"new_articles": "assisted", "by_itself": "both"}


class Remembered(Encoders):
    """Encoders that encode each text once in a month, so that a month takes minutes."""

    def of(self, names: Iterable[str]) -> tuple[Encoder, ...]:
        """Return the usable ones of the named encoders, which remember."""
        return tuple(_remembering(each) for each in super().of(names))

    def at_hand(self, names: Iterable[str]) -> dict[str, Encoder]:
        """Return those whose weights are here, which remember."""
        return {name: _remembering(each) for name, each in super().at_hand(names).items()}


@dataclass(slots=True)
class Played:
    """A month that was played. `states` are the articles at its end, as the API shows them."""

    people: People
    lead: Lead
    contacts: list[Contact] = field(default_factory=list)
    work: list[Work] = field(default_factory=list)
    states: list[dict[str, Any]] = field(default_factory=list)
    traffic: dict[str, Any] = field(default_factory=dict)
    drafts: list[dict[str, Any]] = field(default_factory=list)
    turned: str | None = None
    seconds: float = 0.0


def play(company: Company, *, days: int, contacts: int, seed: int, tier: str) -> Played:
    """Play so many days with so many contacts each, and return what happened."""
    began = time.monotonic()
    with _home(tier, seed) as (home, shop):
        people = People(home, shop, company, seed)
        lead = Lead(shop, people, company, seed, lambda: home.run_for(60))
        played = Played(people, lead)
        chance = random.Random(seed)  # noqa: S311 - a simulation guards nothing
        for day in range(days):
            if day == WRONG_DAY:
                played.turned = _turns_wrong(shop, people)
            late = days - day <= LAST_DAYS
            played.contacts += _arrivals(
                home, people, company, day=day, contacts=contacts, chance=chance, late=late
            )
            home.run_until(BEGINS + day * DAY + LEAD_READS)
            played.work.append(lead.works() if _reads_on(day) else Work())
            home.run_until(BEGINS + (day + 1) * DAY + MINUTE)
            _says(played, day, time.monotonic() - began)
        played.states = shop.admin("GET", f"{BASE}/states").json["articles"]
        played.traffic = shop.admin("GET", f"{BASE}/traffic").json
        known = [shop.admin("GET", f"{BASE}/drafts/{each}") for each in lead.drafts]
        played.drafts = [each.json for each in known if each.status == 200]  # noqa: PLR2004 # HTTP
    played.seconds = time.monotonic() - began
    return played


def _reads_on(day: int) -> bool:
    """Return whether the lead reads on a day: daily at first, and later each second day."""
    return day < DAILY or day % 2 == 0


_kept: dict[str, Encoder] = {}


def _remembering(encoder: Encoder) -> Encoder:
    """Return the encoder that remembers, one for all functions."""
    return _kept.setdefault(encoder.digest, Remembering(encoder))


@contextmanager
def _home(tier: str, seed: int) -> Iterator[tuple[VirtualHome, Shop]]:
    with TemporaryDirectory(dir=RAM if RAM.is_dir() else None) as folder:
        variables = {"LOG_LEVEL": "CRITICAL", "TIER": tier}
        needed = [each for each in Plan().functions if each.name not in UNNEEDED]
        plan = replace(Plan(), functions=tuple(needed))
        home = VirtualHome(
            Path(folder),
            plan=plan,
            begins_at=BEGINS,
            seed=seed,
            variables=variables,
            builds={
                "admin_api": partial(admin_api, keep=Remembered),
                "knowledge_build": partial(knowledge_build, keep=Remembered),
            },
        )
        shop = Shop(home)
        shop.configure(survey={"enabled": True}, knowledge={"steps": STEPS})
        yield home, shop
        home.close()


def _arrivals(
    home: VirtualHome,
    people: People,
    company: Company,
    *,
    day: int,
    contacts: int,
    chance: random.Random,
    late: bool,
) -> list[Contact]:
    """Put a day's contacts on the agenda."""
    topics: list[Topic] = company.topics
    weights = [each.likely for each in topics]
    moments = sorted(chance.uniform(OPENS, CLOSES) for _ in range(contacts))
    found = []
    for place, moment in enumerate(moments):
        is_beyond = chance.random() < BEYOND
        topic = None if is_beyond else chance.choices(topics, weights)[0]
        text, is_new = company.text(topic, chance, late=late)
        contact = Contact(day * contacts + place, day, topic, text, is_new)
        home.agenda.at(BEGINS + day * DAY + round(moment), partial(people.comes, contact))
        found.append(contact)
    return found


def _turns_wrong(shop: Shop, people: People) -> str | None:
    """Let something else be true about the topic of the article that is asked most."""
    states = shop.admin("GET", f"{BASE}/states").json["articles"]
    able = [each["article"] for each in states if each["state"] == "automated"]
    best = max(able, key=lambda each: people.topic_of[each].likely, default=None)
    if best is not None:
        people.topic_of[best].truth += 1
    return best


def _says(played: Played, day: int, seconds: float) -> None:
    today = [each for each in played.contacts if each.day == day and each.topic is not None]
    answered = sum(each.answered_by is not None for each in today)
    right = sum(bool(each.right) for each in today)
    picked = sum(each.picked for each in today)
    print(
        f"day {day + 1:>2}: {answered / len(today):>4.0%} of {len(today)} answered, {right} right, "
        f"{picked} picked; {played.work[-1]}; {seconds:.0f} s",
        file=sys.stderr,
        flush=True,
    )
