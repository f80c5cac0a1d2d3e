"""An incident is an approved text on one issue that many customers ask about at the same time.

The text stands before the bot's answers on its topic, until the incident ends.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

State = Literal["planned", "running", "ended"]
FALLBACK_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Incident:
    """One answer everywhere. `texts` are by language, and times are epoch milliseconds.

    The topic is `articles`, and without any it is every topic. Without `channels` the incident
    holds on all channels. Customers who asked about it from `tells_since` on are told unasked, or
    nobody is if that is 0.
    """

    id: str
    texts: Mapping[str, str]
    starts_at: int
    ends_at: int
    articles: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    tells_since: int = 0

    @property
    def is_general(self) -> bool:
        """Return whether the incident is about every topic."""
        return not self.articles

    def state(self, now: int) -> State:
        """Return how the incident stands at a time."""
        if now < self.starts_at:
            return "planned"
        return "running" if now < self.ends_at else "ended"

    def holds(self, channel_id: str, now: int) -> bool:
        """Return whether the incident is running on a channel."""
        return self.state(now) == "running" and (not self.channels or channel_id in self.channels)

    def concerns(self, articles: Iterable[str]) -> bool:
        """Return whether the incident is about one of these articles."""
        return self.is_general or any(each in self.articles for each in articles)

    def text(self, language: str | None) -> str:
        """Return the text in a language, or else in English, or else in any language."""
        return in_language(self.texts, language)


def in_language(texts: Mapping[str, str], language: str | None) -> str:
    """Return the text of a language or of its family, or else in English, or else any text."""
    wanted = language or FALLBACK_LANGUAGE
    for each in (wanted, wanted.partition("-")[0], FALLBACK_LANGUAGE):
        if each in texts:
            return texts[each]
    return next(iter(texts.values()), "")


def running(incidents: Iterable[Incident], channel_id: str, now: int) -> tuple[Incident, ...]:
    """Return the incidents that are running on a channel, the narrow ones before the general."""
    found = [each for each in incidents if each.holds(channel_id, now)]
    return tuple(sorted(found, key=lambda each: (each.is_general, each.starts_at, each.id)))
