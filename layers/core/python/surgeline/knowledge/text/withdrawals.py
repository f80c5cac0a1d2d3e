"""A message by which a customer takes a request back ("never mind") is recognised here."""

from functools import cache
from typing import Final

from surgeline.knowledge.text.languages import languages
from surgeline.knowledge.text.marks import normalised

_LONGEST: Final = 80
_BESIDE: Final = frozenset(
    {"thanks", "thank", "you", "please", "merci", "sorry", "anyway", "then", "actually", "now"}
)


@cache
def _known() -> tuple[frozenset[str], frozenset[str]]:
    """Return the phrases of all languages, and the words that may stand beside them."""
    phrases = (
        " ".join(phrase.split())
        for language in languages()
        for phrase in normalised("NFKC", language.withdrawals).split(",")
    )
    fillers = (
        word
        for language in languages()
        for word in normalised("NFKC", language.courtesies.fillers).split()
    )
    return frozenset(filter(None, phrases)), frozenset(fillers) | _BESIDE


def withdraws(form: str) -> bool:
    """Return whether a match form takes a request back. Any other word makes it a question."""
    if len(form) > _LONGEST:
        return False
    phrases, beside = _known()
    words = form.split()
    if " ".join(words) in phrases or "".join(words) in phrases:
        return True
    first = next((n for n, word in enumerate(words) if word not in beside), len(words))
    last = next((n for n in range(len(words), 0, -1) if words[n - 1] not in beside), 0)
    return " ".join(words[first:last]) in phrases
