"""A company's own texts are checked here against the texts that they replace."""

import re
from collections.abc import Iterator

MOST_CHARS = 500
_PIECE = re.compile(r"\{\{|\}\}|\{([a-z][a-z0-9_]{0,39})(\|[^{}]{0,200})?\}")
_HIDDEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
PROMISES = re.compile(
    r"\b(kept|keep your message|get back to you|contact you|call you|e-?mail you|reply later|"
    r"answer (you )?(later|soon)|within \d+|in \d+ (minutes?|hours?|days?)|"
    r"conservé|recontact|rappel|reviendrons vers|répondrons (plus tard|bientôt)|"
    r"vous (écrirons|appellerons)|sous \d+|dans (les )?\d+ (minutes?|heures?|jours?))|"
    r"보관|연락\s?드리|연락드릴|전화\s?드리|메일\s?드리|나중에 답|곧 답|"
    r"\d+\s?(분|시간|일) (안|이내)에",
    re.IGNORECASE,
)
"""Words of a follow-up or of a time, which nothing keeps."""


def text_problems(text: str, shipped: str) -> Iterator[str]:
    """Yield what is wrong with a text in place of the shipped one."""
    if not text.strip():
        yield "give a text, or leave the key out for Surgeline's own"
        return
    if len(text) > MOST_CHARS:
        yield f"{len(text)} characters; at most {MOST_CHARS} are shown well"
    yield from mark_problems(text)
    yield from placeholder_problems(text, placeholders(shipped))
    promise = PROMISES.search(text)
    if promise and not PROMISES.search(shipped):
        yield f"it promises {promise[0]!r}, and nothing keeps that promise by itself"


def mark_problems(text: str) -> Iterator[str]:
    """Yield that a text has characters which nobody sees, if it has."""
    if _HIDDEN.search(text):
        yield "it has a control character or a mark that turns the direction of writing"


def placeholder_problems(text: str, known: dict[str, str | None]) -> Iterator[str]:
    """Yield the placeholders of a text that are not known, or that need words for none."""
    for name, fallback in placeholders(text).items():
        if name not in known:
            allowed = ", ".join(f"{{{each}}}" for each in known) or "none"
            yield f"there is no {{{name}}} here; allowed: {allowed}"
        elif known[name] is not None and fallback is None:
            yield f"give {{{name}}} words for when there is none, such as {{{name}{known[name]}}}"
    if set("{}") & set(_PIECE.sub("", text)):
        yield "a brace stands alone; write it twice to show it"


def placeholders(text: str) -> dict[str, str | None]:
    """Return the placeholders of a text by name, with their fallbacks."""
    return {each[1]: each[2] for each in _PIECE.finditer(text) if each[1]}
