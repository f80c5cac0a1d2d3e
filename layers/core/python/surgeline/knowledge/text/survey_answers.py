"""The answer to the question whether a conversation helped is read here, in words or by number."""

import re
from collections.abc import Sequence
from typing import Final, Literal

from surgeline.knowledge.text.choices import agrees, picked
from surgeline.knowledge.text.rejections import rejection_in

_ANSWERS: Final[tuple[Literal["yes", "no", "stop"], ...]] = ("yes", "no", "stop")
_THUMBS_UP: Final = re.compile("\U0001f44d[\U0001f3fb-\U0001f3ff]?")
_LONGEST: Final = 120


def survey_answer(text: str, labels: Sequence[str]) -> Literal["yes", "no", "stop"] | None:
    """Return the meaning of a text as an answer, or None for a text that is none.

    `labels` are the words of the choices: it helped, it did not, and no such question again.
    """
    if len(text) > _LONGEST:
        return None
    if agrees(text) or _THUMBS_UP.fullmatch(text.strip()):
        return "yes"
    rejection = rejection_in(text)
    if rejection is not None and not rejection.rest:
        return "no"
    place = picked(text, labels)
    return _ANSWERS[place] if isinstance(place, int) else None
