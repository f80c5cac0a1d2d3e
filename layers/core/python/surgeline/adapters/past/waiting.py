"""The tickets of a file that wait for a word of the team are chosen here."""

from collections import Counter
from collections.abc import Collection

from surgeline.adapters.past.conversation import PastConversation


def meant(
    conversations: Collection[PastConversation], left_out: Counter[str], *, whole: bool
) -> list[PastConversation]:
    """Return the tickets that wait for an answer, the oldest first. Count the others by code."""
    waiting: list[PastConversation] = []
    for each in conversations:
        if not whole and not each.is_open:
            left_out["closed"] += 1
        elif not whole and not each.awaits_word:
            left_out["team_last"] += 1
        else:
            waiting.append(each)
    return sorted(waiting, key=lambda each: max((e.at or 0 for e in each.said), default=0))
