"""A crisis is turned on and off here, and its profiles are written."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from surgeline.application.change_configuration import ChangeConfiguration
from surgeline.application.configuration import Configuration
from surgeline.application.ports.refusals import Absent
from surgeline.domain.crisis.profile import Crisis, Profile
from surgeline.errors import Unprocessable

LONGEST_MINUTES = 30 * 24 * 60


def turn_on(change: ChangeConfiguration, profile_id: str, *, minutes: int, now: int) -> Crisis:
    """Put a profile in force for some time, in place of the one before.

    Raises Absent for an unknown profile, and Unprocessable for a time that is not accepted.
    """
    if not 1 <= minutes <= LONGEST_MINUTES:
        problem = f"minutes: {minutes} is not between 1 and {LONGEST_MINUTES:,} (30 days)"
        raise Unprocessable("the crisis can't be turned on", problems=(problem,))
    made: list[Crisis] = []

    def on(current: Configuration) -> Configuration:
        crisis = Crisis(profile_of(current, profile_id), now, now + minutes * 60_000)
        made[:] = [crisis]
        return replace(current, crisis=crisis)

    change.amend(on)
    return made[0]


def turn_off(change: ChangeConfiguration) -> None:
    """End the crisis now. Everything is as it was before, because nothing else was changed."""
    change.amend(lambda current: replace(current, crisis=None))


def write_profile(
    change: ChangeConfiguration,
    profile: Profile,
    *,
    languages: Sequence[str],
    check: Callable[[Sequence[Profile]], Iterator[str]],
    knows: Callable[[str], bool],
) -> None:
    """Add a profile, or put it in the place of the one with its id.

    A crisis that is on keeps the profile that it was turned on with. Raises Unprocessable with
    every problem.
    """

    def made(current: Configuration) -> Configuration:
        others = [each for each in current.crisis_profiles if each.id != profile.id]
        profiles = (*others, profile)
        problems = (*check(profiles), *_problems(profile, languages, knows))
        if problems:
            raise Unprocessable("the profile is not valid", problems=problems)
        return replace(current, crisis_profiles=profiles)

    change.amend(made)


def profile_of(configuration: Configuration, profile_id: str) -> Profile:
    """Return the profile of that id. Raises Absent, which names those that there are."""
    known = configuration.crisis_profiles
    found = next((each for each in known if each.id == profile_id), None)
    if found is None:
        names = ", ".join(repr(each.id) for each in known) or "none"
        raise Absent(f"there is no crisis profile {profile_id!r}; there are: {names}")
    return found


def _problems(
    profile: Profile, languages: Sequence[str], knows: Callable[[str], bool]
) -> Iterator[str]:
    for name, texts in (
        ("preamble", profile.preamble),
        ("banner", profile.banner),
        ("texts", profile.texts),
    ):
        for language in texts:
            if language not in languages:
                yield f"{name}.{language[:16]}: use one of {', '.join(languages)}"
    for each in profile.to_people:
        if not knows(each):
            yield f"to_people: no knowledge base has an article {each!r}"
