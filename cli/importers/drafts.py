"""Articles as authors write them are completed here, and become articles or problems.

Real files name no ids or languages, repeat questions, hold HTML and hidden characters, and have
one id for several languages. Each of these is put right the same way for every format, and said.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from surgeline.knowledge.articles.article import MAX_QUESTION_CHARS, MAX_TITLE_CHARS, Place
from surgeline.knowledge.articles.reading import Reading, shown
from surgeline.knowledge.articles.suspicious import hidden_characters
from surgeline.knowledge.text.languages import LANGUAGES
from surgeline.knowledge.text.marks import normalised
from surgeline.knowledge.text.reading import detect_language, match_form

from cli.importers.headings import language_named
from cli.importers.plain_text import is_as_it_is, plain_text

_TEXTS: Final = ("id", "title", "language", "answer")
_SAMPLE_CHARS: Final = 1_000
_NO_LANGUAGE: Final = f"missing; give {', '.join(LANGUAGES)}, or use --language"


@dataclass(frozen=True, slots=True)
class Draft:
    """An article as it was written: fields may be missing, or hold wrong values.

    `has_id` tells an id of the author's own from one that is made here.
    """

    place: Place
    fields: dict[str, object]
    has_id: bool = False


class Drafts:
    """The drafts of one file or folder, in order."""

    def __init__(self, reading: Reading, language: str | None = None) -> None:
        """Take the language of drafts that name none; without it, it is read off the texts."""
        self.reading = reading
        self.language = language
        self._drafts: list[Draft] = []

    def add(
        self,
        place: Place,
        fields: dict[str, object],
        *,
        as_it_is: bool = False,
        html: bool = True,
    ) -> None:
        """Keep a draft; its language may be a name, such as "French".

        With `as_it_is` the texts are kept as they are, because they are in the canonical format.
        Without `html` no text is taken for HTML.
        """
        tidied = dict(fields)
        if not as_it_is:
            tidied = {
                name: self._tidy(place, name, value, html=html) for name, value in fields.items()
            }
        questions = tidied.get("questions")
        if isinstance(questions, list):
            tidied["questions"] = self._once(place, questions)
        if "questions" not in tidied and isinstance(tidied.get("title"), str):
            tidied["questions"] = [tidied["title"]]
        spoken = tidied.get("language") or self.language
        if isinstance(spoken, str) and spoken:
            tidied["language"] = language_named(spoken) or spoken
        else:
            tidied.pop("language", None)
        has_id = bool(tidied.get("id"))
        self._drafts.append(Draft(place, tidied, has_id))

    def finish(self) -> None:
        """Give the drafts to the reading, complete and each question once."""
        drafts = [self._titled(each) for each in self._with_languages()]
        for draft in _Ids(self.reading).given(self._merged(drafts)):
            if self.reading.is_full:
                return
            self.reading.add(draft.place, draft.fields)

    def _tidy(self, place: Place, name: str, value: object, *, html: bool) -> object:
        if isinstance(value, list):
            return [
                self._tidy(place, f"{name}[{at}]", each, html=html) for at, each in enumerate(value)
            ]
        if not isinstance(value, str):
            return value
        text = plain_text(value) if html else None
        if text is None:
            text = value.strip()
        elif not is_as_it_is(value):
            self.reading.warn(place, name, "HTML was made plain text")
        newlines = name in {"answer", "crisis_answer", "note"}
        hidden = {at - 1 for at, _ in hidden_characters(text, newlines=newlines)}
        if hidden:
            self.reading.warn(place, name, "hidden characters were removed")
            text = "".join(
                (" " if each in "\t\r\n\u2028\u2029" else "") if at in hidden else each
                for at, each in enumerate(text)
            )
        return text

    def _once(self, place: Place, questions: list[object]) -> list[object]:
        seen: set[object] = set()
        once = []
        for each in questions:
            if isinstance(each, str) and each in seen:
                continue
            once.append(each)
            if isinstance(each, str):
                seen.add(each)
        if len(once) < len(questions):
            count = len(questions) - len(once)
            self.reading.warn(place, "questions", f"{count} repeated here; each is kept once")
        return once

    def _with_languages(self) -> list[Draft]:
        """Return the drafts with the language that each text is in, where it names none."""
        unnamed = [each for each in self._drafts if "language" not in each.fields]
        found = {id(each): _language_of(each) for each in unnamed}
        counts = Counter(filter(None, found.values()))
        most = counts.most_common(1)[0][0] if counts else None
        if not most:
            for each in unnamed:
                self.reading.report(each.place, "language", _NO_LANGUAGE)
            return [each for each in self._drafts if "language" in each.fields]
        for each in unnamed:
            each.fields["language"] = found[id(each)] or most
        read = ", ".join(f"{count} as {code}" for code, count in counts.most_common())
        message = f"no language is named; the texts read {read}; --language says it for all"
        self.reading.warn(Place(unnamed[0].place.file, 1), "language", message)
        return self._drafts

    def _titled(self, draft: Draft) -> Draft:
        questions = draft.fields.get("questions")
        first = next(iter(questions), "") if isinstance(questions, list | tuple) else ""
        if draft.fields.get("title", "") == "" and isinstance(first, str):
            draft.fields["title"] = first[:MAX_TITLE_CHARS]
        return draft

    def _merged(self, drafts: Iterable[Draft]) -> list[Draft]:
        """Return the drafts, with rows of one id and answer joined, and each question kept once."""
        kept: list[Draft] = []
        same: dict[tuple[object, ...], tuple[Draft, dict[str, None]]] = {}
        asked: dict[tuple[object, str], Draft] = {}
        for draft in drafts:
            if not draft.has_id and not self._is_new(draft, asked):
                continue
            if not draft.has_id or not _is_whole(draft):
                kept.append(draft)
                continue
            key = tuple(draft.fields.get(name) for name in ("id", "language", "answer"))
            questions = dict.fromkeys(_questions_of(draft))
            if key not in same:
                same[key] = (draft, questions)
                kept.append(draft)
                continue
            first, joined = same[key]
            joined.update(questions)
            message = f"joined with {_where(first, draft)}, which has the same id and answer"
            self.reading.warn(draft.place, "id", message)
        for draft, joined in same.values():
            draft.fields["questions"] = list(joined)
        return kept

    def _is_new(self, draft: Draft, asked: dict[tuple[object, str], Draft]) -> bool:
        """Return whether a draft without an id asks anything new; repeated questions are taken."""
        questions = draft.fields.get("questions")
        if not isinstance(questions, list) or not _is_whole(draft):
            return True
        new = []
        for question in questions:
            form = match_form(question) or question
            first = asked.setdefault((draft.fields["language"], form), draft)
            if first is draft:
                new.append(question)
                continue
            other = first.fields["answer"] != draft.fields["answer"]
            stands = ", whose other answer stands" if other else ""
            message = f"{shown(question)} was asked in {_where(first, draft)}{stands}; kept once"
            self.reading.warn(draft.place, "questions", message)
        draft.fields["questions"] = new
        return bool(new)


class _Ids:
    """Ids are given here: from the title where there is none, and one for each language."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading

    def given(self, drafts: list[Draft]) -> list[Draft]:
        languages: dict[object, set[object]] = {}
        for draft in drafts:
            if draft.has_id and isinstance(draft.fields["id"], str):
                spoken = languages.setdefault(draft.fields["id"], set())
                spoken.add(draft.fields["language"])
        taken = {str(draft.fields["id"]) for draft in drafts if draft.has_id}
        return [self._identified(draft, languages, taken) for draft in drafts]

    def _identified(
        self, draft: Draft, languages: dict[object, set[object]], taken: set[str]
    ) -> Draft:
        if draft.has_id:
            several = isinstance(draft.fields["id"], str) and len(languages[draft.fields["id"]]) > 1
            variant = f"{draft.fields['id']}.{draft.fields['language']}"
            return replace(draft, fields={**draft.fields, "id": variant}) if several else draft
        base = f"{draft.fields['language']}-{slug(str(draft.fields.get('title', '')))}"
        made, number = base, 1
        while made in taken:
            number += 1
            made = f"{base}-{number}"
        taken.add(made)
        return replace(draft, fields={**draft.fields, "id": made})


def slug(text: str) -> str:
    """Return a readable id from a title: its letters and digits, whatever their script."""
    plain = normalised("NFKC", text).casefold()
    return re.sub(r"[^\w]+|_+", "-", plain).strip("-")[:80].strip("-")


def _is_whole(draft: Draft) -> bool:
    """Return whether the fields have the right types and lengths, so that they can be compared."""
    fields, questions = draft.fields, draft.fields.get("questions")
    return (
        all(isinstance(fields.get(name, ""), str) for name in _TEXTS)
        and bool(fields.get("answer"))
        and isinstance(questions, list)
        and all(isinstance(each, str) and len(each) <= MAX_QUESTION_CHARS for each in questions)
        and any(questions)
    )


def _questions_of(draft: Draft) -> list[str]:
    """Return the questions of a whole draft."""
    questions = draft.fields["questions"]
    assert isinstance(questions, list)
    return questions


def _language_of(draft: Draft) -> str | None:
    questions = draft.fields.get("questions")
    listed = questions if isinstance(questions, list) else []
    texts = [each for each in (*listed, draft.fields.get("answer")) if isinstance(each, str)]
    found = detect_language(" ".join(texts)[:_SAMPLE_CHARS])
    return found if found in LANGUAGES else None


def _where(first: Draft, later: Draft) -> str:
    place = first.place
    where = f"line {place.line}" if place.file == later.place.file else str(place)
    return f"{where} ({place.entry})" if place.entry else where
