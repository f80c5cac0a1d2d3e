"""The rules for the system that knows a company's customers. Each problem has its place."""

from collections.abc import Iterator

from surgeline.adapters.configuration.kinds import SYSTEMS, url_problems
from surgeline.domain.customers.settings import CustomerSettings

PLACE = "customers"


def customer_problems(
    found: CustomerSettings | None,
    allow_loopback: bool,  # as Kind has it
) -> Iterator[str]:
    """Yield the problems of the connected system, if there is one."""
    if found is None:
        return
    if found.kind not in SYSTEMS:
        yield f"{PLACE}.kind: {found.kind[:64]!r} is none of {', '.join(SYSTEMS)}"
    yield from url_problems(f"{PLACE}.url", found.url, allow_loopback)
    if "?" in found.url or "#" in found.url:
        yield f"{PLACE}.url: give the address alone, without ? or #"
    if not found.want:
        yield f"{PLACE}.want: give at least one of profile, orders, cases"
