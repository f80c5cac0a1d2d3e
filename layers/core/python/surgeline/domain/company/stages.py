"""The stages of waiting are data here: when a waiting customer is told something, and in words.

A company may reword each stage by language and channel, and says after how many minutes it speaks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

When = Literal["at_once", "after", "estimate", "kept", "hours_end", "person"]
PLACEHOLDERS: Final[Mapping[When, frozenset[str]]] = {
    "at_once": frozenset({"line", "place", "time", "first_name"}),
    "after": frozenset({"line", "place", "time", "first_name"}),
    "estimate": frozenset({"line", "place", "time", "first_name", "why"}),
    "kept": frozenset({"line", "place", "time", "until", "first_name"}),
    "hours_end": frozenset({"opens", "until", "first_name"}),
    "person": frozenset({"name", "first_name"}),
}
"""The values that a stage's text may show."""
WHOLE: Final = frozenset({"line", "opens", "until"})
"""The values that need no words for when there are none."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One moment of a wait, and the company's words for it by language.

    `when`: at once, after so many `minutes`, when the estimate moves, when the request is kept,
    when hours end, or when the person comes. Without `channels` the stage is for all of them. A
    language without words hears Surgeline's own.
    """

    when: When
    minutes: int = 0
    channels: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)


SHIPPED: Final = (
    Stage("at_once"),
    Stage("after", 5),
    Stage("after", 30),
    Stage("after", 120),
    Stage("estimate"),
    Stage("kept"),
    Stage("hours_end"),
    Stage("person"),
)


@dataclass(frozen=True, slots=True)
class WaitingSettings:
    """The stages, in place of the shipped ones.

    No text is said again within `same_again_minutes`. A new estimate is told if it moved by
    `estimate_step_minutes`. Without a stage `after` or `estimate` nothing is said then. The other
    stages are always said.
    """

    stages: tuple[Stage, ...] = SHIPPED
    same_again_minutes: int = 60
    estimate_step_minutes: int = 5

    def after(self, channel_id: str) -> tuple[int, ...]:
        """Return the minutes after which a customer of the channel is told something, in order."""
        found = {s.minutes for s in self.stages if s.when == "after" and _fits(s, channel_id)}
        return tuple(sorted(found))

    def tells_estimates(self, channel_id: str) -> bool:
        """Return whether a customer of the channel is told that the estimate moved."""
        return any(each.when == "estimate" and _fits(each, channel_id) for each in self.stages)

    def words(self, when: When, minutes: int, channel_id: str, language: str) -> str:
        """Return the company's own words for a moment, or nothing where Surgeline's are said."""
        found = (
            each.texts[language]
            for each in self.stages
            if (each.when, each.minutes) == (when, minutes)
            and _fits(each, channel_id)
            and language in each.texts
        )
        return next(found, "")


SILENT: Final = WaitingSettings(stages=())
"""Settings with which only the other texts of a request for a person are said."""


def _fits(stage: Stage, channel_id: str) -> bool:
    return not stage.channels or channel_id in stage.channels
