"""A crisis profile says how the bot speaks while something grave goes on, and a crisis uses one.

Profiles are written in quiet days. A crisis holds a copy of its profile, so that one act turns it
off and nothing else has to be put back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

CHEERFUL, SELLING, NEUTRAL = "cheerful", "selling", "neutral"
TONE: Final = (
    "greeting",
    "thanks",
    "unreadable",
    "suggest_intro",
    "suggest_person",
    "answer_rejected",
    "handing_over",
    "handing_over_no_answer",
    "nobody_free",
    "still_waiting",
    "waited_a_little",
    "waited",
    "waited_long",
    "estimate_known",
    "estimate_sooner",
    "estimate_later",
    "estimate_unknown",
    "kept",
    "kept_while_closed",
    "kept_expired",
    "callback_missed",
    "promise_broken",
    "person_joined",
    "reopened",
    "resolved",
    "left",
)
"""The system texts whose tone a profile may replace. While a crisis lasts they go before others."""


@dataclass(frozen=True, slots=True)
class Profile:
    """How the bot speaks while a crisis of this kind lasts.

    `preamble` stands before the bot's first answer in a conversation, and `banner` above the chat
    page, each by language. `texts` replace system texts by language and key. Articles with one of
    the `suppressed_tags` are not used. `to_people` are articles whose topics go straight to people.
    """

    id: str
    preamble: Mapping[str, str] = field(default_factory=dict)
    banner: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    suppressed_tags: tuple[str, ...] = (CHEERFUL, SELLING)
    to_people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Crisis:
    """A profile in force from `since` to before `until`, in epoch milliseconds."""

    profile: Profile
    since: int
    until: int

    def holds(self, now: int) -> bool:
        """Return whether the crisis lasts at a time."""
        return self.since <= now < self.until


def lasting(crisis: Crisis | None, now: int) -> Profile | None:
    """Return the profile that is in force at a time, or None without a crisis."""
    return crisis.profile if crisis is not None and crisis.holds(now) else None


def tone_of(profile: Profile | None, language: str) -> Mapping[str, str]:
    """Return the system texts of a language that a crisis replaces."""
    return profile.texts.get(language, {}) if profile else {}
