"""The rules for the system that knows customers, and for segments of them. Problems have places."""

from collections.abc import Iterator

from surgeline.adapters.configuration.kinds import SYSTEMS, system_kind, url_problems
from surgeline.domain.customers.file import ORDER_STATES
from surgeline.domain.customers.segment import Segment
from surgeline.domain.customers.settings import CustomerSettings
from surgeline.domain.ids import NAME_FORM, is_name
from surgeline.domain.routing import Policy

PLACE = "customers"
MOST_SEGMENTS = 20
MOST_PRIORITY = 5


def customer_problems(
    found: CustomerSettings | None,
    allow_loopback: bool,  # as Kind has it
) -> Iterator[str]:
    """Yield the problems of the connected system, if there is one."""
    if found is None:
        return
    if found.kind not in SYSTEMS:
        yield f"{PLACE}.kind: {found.kind[:64]!r} is none of {', '.join(SYSTEMS)}"
    else:
        yield from _kept_problems(found)
    yield from url_problems(f"{PLACE}.url", found.url, allow_loopback)
    if "?" in found.url or "#" in found.url:
        yield f"{PLACE}.url: give the address alone, without ? or #"
    if not found.want:
        yield f"{PLACE}.want: give at least one of profile, orders, cases"


def _kept_problems(found: CustomerSettings) -> Iterator[str]:
    """Yield the problems of a system that is told more than it keeps."""
    keeps = system_kind(found.kind).keeps
    for name, told in (("cases", found.cases), ("notes", found.notes)):
        if told and name not in keeps:
            yield f"{PLACE}.{name}: {found.kind} keeps none; leave it out"


def segment_problems(policy: Policy) -> Iterator[str]:
    """Yield the problems of the segments, and of the steps that name them."""
    names = [each.name for each in policy.segments]
    if len(names) > MOST_SEGMENTS:
        yield f"routing.segments: give at most {MOST_SEGMENTS}"
    for number, segment in enumerate(policy.segments):
        yield from _one_problems(f"routing.segments[{number}]", segment, names)
    for number, step in enumerate(policy.steps):
        for name in step.segments:
            if name not in names:
                known = ", ".join(names) or "none yet"
                place = f"routing.steps[{number}].segments"
                yield f"{place}: there is no segment {name[:64]!r}; those are: {known}"


def _one_problems(place: str, segment: Segment, names: list[str]) -> Iterator[str]:
    if not is_name(segment.name):
        yield f"{place}.name: use {NAME_FORM}"
    if names.count(segment.name) > 1:
        yield f"{place}.name: {segment.name[:64]!r} stands twice"
    if segment.asks_nothing:
        asked = "languages, vip, least_value, orders, tags, attributes"
        yield f"{place}: it names every customer; give at least one of {asked}"
    if not 0 <= segment.priority <= MOST_PRIORITY:
        yield f"{place}.priority: {segment.priority}; use 0 to {MOST_PRIORITY}"
    for tag in segment.articles:
        if not is_name(tag):
            yield f"{place}.articles: {tag[:64]!r} is no tag: {NAME_FORM}"
    for state in segment.orders:
        if state not in ORDER_STATES:
            yield f"{place}.orders: {state[:64]!r} is none of {', '.join(ORDER_STATES)}"
