"""A channel's provider is asked here for a customer's profile, for a name and a language.

Nobody waits for it. A customer without a profile is spoken to as before.
"""

from collections.abc import Mapping

from surgeline.domain.customers.events import ProfileFound
from surgeline.domain.effects import AskProfile
from surgeline.domain.events import CustomerWrote
from surgeline.domain.turn import Explanation, Rule, Turn

AGAIN_MILLISECONDS = 86_400_000
"""A profile is known for a day, from the question on."""


def ask_profile(turn: Turn, event: CustomerWrote) -> None:
    """Ask for the profile of a customer of whom the channel said nothing, once a day."""
    current, now = turn.current, turn.facts.now
    if not turn.facts.has_profiles or event.customer or current is None:
        return
    asked_at = turn.header.profile_asked_at
    if asked_at and now - asked_at < AGAIN_MILLISECONDS:
        return
    turn.change_header(profile_asked_at=now)
    turn.records.append(AskProfile(turn.record_id("profile", 0), current.id))


def profile_found(turn: Turn, event: ProfileFound) -> Explanation:
    """Keep the profile on record. Its language counts until the customer's own words tell one."""
    if event.language and not turn.header.language:
        turn.change_header(language=event.language)
    return Explanation("note", "the channel told of the customer's profile")


RULES: Mapping[type, Rule] = {ProfileFound: profile_found}
