"""A rule says which customers' matters call people on call at any hour. Rules are data."""

from dataclasses import dataclass

from surgeline.domain.thread import HandoffReason


@dataclass(frozen=True, slots=True)
class Emergency:
    """A rule holds as soon as one of its conditions holds, and calls `people` of the `rota`.

    `words` are in the customer's message, and `topics` are articles that answer it or may. The
    others are looked at once a person is asked for: why, the customer's segments by name, and the
    priority of the request.
    """

    id: str
    rota: str
    words: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    reasons: tuple[HandoffReason, ...] = ()
    segments: tuple[str, ...] = ()
    priority_at_least: int | None = None
    people: int = 1

    @property
    def asks_nothing(self) -> bool:
        """Return whether the rule could never hold."""
        asked = (self.words, self.topics, self.reasons, self.segments)
        return not any(asked) and self.priority_at_least is None


@dataclass(frozen=True, slots=True)
class Heard:
    """The rule that a customer's message fulfils, and why, without the customer's words."""

    rule: str
    why: str
