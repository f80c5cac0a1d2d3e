"""A segment is a part of the customers, by what is known of them. Rules name segments as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from surgeline.domain.customers.identity import Attributes, site_proves
from surgeline.domain.customers.known import Known

Value = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Segment:
    """The customers of whom every given condition holds. One that is not known does not hold.

    `languages` are those that the customer may speak, `orders` the states that the newest order may
    have, and `tags` those of which the customer has one. `least_value` is the least that they have
    bought. `attributes` are values that the channel gave. `priority` is added to that of a request.
    An article with one of the tags in `articles` is for the segments that name the tag alone.
    """

    name: str
    languages: tuple[str, ...] = ()
    vip: bool | None = None
    least_value: float | None = None
    orders: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    attributes: Mapping[str, Value] = field(default_factory=dict)
    priority: int = 0
    articles: tuple[str, ...] = ()

    @property
    def gives_more(self) -> bool:
        """Return whether its customers get something that others do not get."""
        return bool(self.priority or self.articles)

    @property
    def asks_nothing(self) -> bool:
        """Return whether every customer would be in it."""
        asked = (self.languages, self.orders, self.tags, self.attributes)
        return not any(asked) and self.vip is None and self.least_value is None


@dataclass(frozen=True, slots=True)
class Traits:
    """The facts of a customer that segments ask for, from the channel and the company's system.

    `vouched`: the channel vouches for `said`. On a web chat anybody can say anything.
    """

    language: str | None = None
    said: Attributes = field(default_factory=dict)
    known: Known | None = None
    vouched: bool = True

    @property
    def _found(self) -> Known | None:
        return self.known if self.known and self.known.state == "found" else None

    def missing(self, segment: Segment, *, gives_more: bool = False) -> str:
        """Return why the customer is not in the segment, or an empty text if they are.

        `gives_more`: whoever asks gives its customers something that others do not get.
        """
        found = self._found
        tags = found.tags if found else ()
        speaks = self.language or (found.language if found else "")
        wants: Mapping[str, tuple[bool, bool]] = {
            "language": (bool(segment.languages), speaks in segment.languages),
            "vip": (segment.vip is not None, found is not None and found.vip == segment.vip),
            "value": (segment.least_value is not None, self._bought(segment.least_value or 0)),
            "order": (bool(segment.orders), found is not None and found.order in segment.orders),
            "tags": (bool(segment.tags), bool(set(segment.tags) & set(tags))),
        }
        wrong = [name for name, (asked, holds) in wants.items() if asked and not holds]
        trusted = self.vouched or not (gives_more or segment.gives_more)
        said = self.said if trusted else site_proves(self.said)
        wrong += [k for k, each in segment.attributes.items() if said.get(k) != each]
        return f"not {segment.name} ({', '.join(wrong)})" if wrong else ""

    def _bought(self, least: float) -> bool:
        value = self._found.value if self._found else None
        return value is not None and value >= least
