"""Questions that nothing answers become candidates for articles here, the most worthwhile first."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from surgeline.knowledge.encoders.encoder import Encoder
from surgeline.knowledge.matching.grouping import (
    MOST_QUESTIONS,
    coherence,
    groups_of,
    likeness,
)
from surgeline.knowledge.text.reading import detect_language, match_form

TITLE_CHARS = 80
_CONTACT: Final = re.compile(
    r"\[(?:card|e-mail|phone|name|resident number|social security number)\]"
)
"""The marks that redaction leaves."""
_ENDS: Final = re.compile(r"(?<=[.!?])\s")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A group of questions that one article may answer.

    `questions` begin with the most typical one. `share` is the group's share of all questions that
    were grouped. `likeness` says how much the questions resemble each other, from 0 to 1. The
    simpler a group, the surer one answer fits all of it.
    """

    language: str | None
    questions: tuple[str, ...]
    share: float
    likeness: float

    @property
    def worth(self) -> float:
        """Return the frequency times the simplicity, by which candidates are ranked."""
        return len(self.questions) * self.likeness

    @property
    def proposed_title(self) -> str:
        """Return the most typical question, shortened to a title."""
        title = " ".join(self.questions[0].split())
        if len(title) <= TITLE_CHARS:
            return title
        return title[: TITLE_CHARS - 1].rsplit(" ", 1)[0].rstrip(",;:") + "…"

    def as_json(self, rank: int) -> dict[str, Any]:
        """Return the candidate for programs. `rank` is 1 for the most worthwhile one."""
        return {
            "rank": rank,
            "questions": list(self.questions),
            "count": len(self.questions),
            "share": round(self.share, 4),
            "language": self.language,
            "proposed_title": self.proposed_title,
            "likeness": round(self.likeness, 3),
        }


def candidates_of(
    questions: Sequence[str], encoders: Mapping[str, Encoder], *, language: str | None = None
) -> list[Candidate]:
    """Return the groups of questions, the most worthwhile first.

    `encoders` are those at hand, by tier. `language` is that of texts that don't tell theirs. If it
    is None, it is the one that most others are in. The first MOST_QUESTIONS of each language count,
    so give the newest first. A text without letters or digits is left out.
    """
    asked = [text for text in questions if match_form(text)]
    found = [
        candidate
        for code, texts in sorted(_by_language(asked, language).items(), key=str)
        for candidate in _grouped(texts[:MOST_QUESTIONS], code, encoders, len(asked))
    ]
    return sorted(found, key=lambda each: (-round(each.worth, 4), each.questions))


def without_contact(text: str) -> str:
    """Return a redacted text without the sentences that only give contact data.

    They are left out where another sentence asks something. They tell no topic.
    """
    sentences = _ENDS.split(text)
    if not any("?" in each and not _CONTACT.search(each) for each in sentences):
        return text
    return " ".join(each for each in sentences if "?" in each or not _CONTACT.search(each))


def _grouped(
    texts: Sequence[str], language: str | None, encoders: Mapping[str, Encoder], whole: int
) -> list[Candidate]:
    told = [_CONTACT.sub(" ", without_contact(text)) for text in texts]
    told = [each if match_form(each) else text for each, text in zip(told, texts, strict=True)]
    alike = likeness(told, [match_form(each) for each in told], language, encoders)
    return [
        Candidate(
            language,
            tuple(texts[place] for place in group),
            len(group) / whole,
            coherence(alike, group),
        )
        for group in groups_of(alike, by_words=not encoders)
    ]


def _by_language(texts: Sequence[str], usual: str | None) -> dict[str | None, list[str]]:
    """Return the texts by language. A text that does not tell its own is in the usual one."""
    told = [detect_language(text) for text in texts]
    known = [code for code in told if code]
    usual = usual or (max(sorted(set(known)), key=known.count) if known else None)
    found: dict[str | None, list[str]] = defaultdict(list)
    for text, code in zip(texts, told, strict=True):
        found[code or usual].append(text)
    return found
