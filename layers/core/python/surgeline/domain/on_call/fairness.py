"""Each person's share of being on call is added up here, and who is next follows from it.

Fairness is a ledger and no score: each number can be counted again from what is written down.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from surgeline.domain.hours import zone_of
from surgeline.domain.on_call.call import Call
from surgeline.domain.on_call.served import Served, is_night
from surgeline.domain.on_call.settings import OnCall, OnCallPerson

HOUR_MS: Final = 3_600_000


@dataclass(slots=True)
class Share:
    """The share of one person in a span of time. Lengths are in milliseconds.

    `pages` asked the person to come, `pages_at_night` of them on the person's clock. `silent` ones
    were never answered. `offers` are shifts that were offered, and `shifts` those that the person
    took, `shift_ms` long in all. `covered_ms` was served in the place of somebody else.
    """

    person: str
    duty_ms: int = 0
    night_ms: int = 0
    weekend_ms: int = 0
    covered_ms: int = 0
    pages: int = 0
    pages_at_night: int = 0
    came: int = 0
    declined: int = 0
    silent: int = 0
    offers: int = 0
    shifts: int = 0
    shift_ms: int = 0
    last_at: int = 0
    owed_hours: float = field(default=0.0)

    @property
    def load(self) -> float:
        """Return the weight by which shares are compared, in hours.

        An hour on call counts once, and once more at night and at the weekend. A page counts as an
        hour, and as two at night.
        """
        hours = (self.duty_ms + self.night_ms + self.weekend_ms + self.shift_ms) / HOUR_MS
        return hours + self.pages + self.pages_at_night


def shares_of(
    settings: OnCall, served: Iterable[Served], calls: Iterable[Call], *, now: int
) -> list[Share]:
    """Return the shares, who is next by fairness first.

    The least load goes first, then whose last turn or page is longest ago, so newcomers go first.
    """
    found = {each.id: Share(each.id) for each in settings.people}
    for each in served:
        _add_served(found.setdefault(each.person, Share(each.person)), each)
    for call in calls:
        _add_call(found, settings, call, now)
    for share in found.values():
        share.owed_hours = _owed(settings, share)
    known = [each.id for each in settings.people]
    return sorted(
        found.values(),
        key=lambda each: (each.person not in known, each.load, each.last_at, each.person),
    )


def next_of(people: Sequence[str], shares: Iterable[Share]) -> str | None:
    """Return who of some people is next, or None where there is nobody."""
    return next((each.person for each in shares if each.person in people), None)


def _add_served(share: Share, each: Served) -> None:
    share.duty_ms += each.until - each.since
    share.night_ms += each.night_ms
    share.weekend_ms += each.weekend_ms
    share.covered_ms += each.until - each.since if each.instead_of else 0
    share.last_at = max(share.last_at, each.until)


def _add_call(found: dict[str, Share], settings: OnCall, call: Call, now: int) -> None:
    if not call.brings_people:
        return
    for asking in call.asked:
        share = found.setdefault(asking.person, Share(asking.person))
        if call.kind == "shift":
            share.offers += 1
            continue
        share.pages += 1
        share.pages_at_night += _is_at_night(settings.person(asking.person), asking.at)
        share.last_at = max(share.last_at, asking.at)
        waited = now - asking.at >= call.answer_ms
        share.silent += waited and call.answer_of(asking.person) is None
    for answer in call.answers:
        share = found.setdefault(answer.person, Share(answer.person))
        if call.kind == "shift":
            share.shifts += answer.coming
            share.shift_ms += call.ends - call.begins if answer.coming else 0
        else:
            share.came += answer.coming
            share.declined += not answer.coming


def _is_at_night(person: OnCallPerson | None, at: int) -> bool:
    return person is not None and is_night(at, zone_of(person.zone))


def _owed(settings: OnCall, share: Share) -> float:
    """Return the hours of leave that a share is worth, by the company's own rates."""
    owed = settings.owed
    found = (
        owed.per_hour * share.duty_ms / HOUR_MS
        + owed.per_night_hour * share.night_ms / HOUR_MS
        + owed.per_weekend_hour * share.weekend_ms / HOUR_MS
        + owed.per_page * share.pages
        + owed.per_page_at_night * share.pages_at_night
    )
    return round(found, 2)
