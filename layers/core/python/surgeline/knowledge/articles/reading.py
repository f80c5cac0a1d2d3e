"""The fields of one article are checked here, whatever format they came from.

A field may be wrong, which is a problem, and then nothing is published. A field may also be
doubtful, which is a warning.
"""

import json
import re
from collections.abc import Collection, Mapping
from typing import Final

from surgeline.knowledge.articles.answer_text import answer_problems, answer_warnings
from surgeline.knowledge.articles.article import (
    MAX_ANSWER_CHARS,
    MAX_ID_CHARS,
    MAX_NOTE_CHARS,
    MAX_PROBLEMS,
    MAX_QUESTION_CHARS,
    MAX_QUESTIONS,
    MAX_TAGS,
    MAX_TITLE_CHARS,
    Article,
    KnowledgeRefused,
    Place,
    Problem,
    Read,
)
from surgeline.knowledge.articles.media import (
    ArticleMedia,
    media_of,
    media_problems,
    media_warnings,
)
from surgeline.knowledge.articles.states import STATES
from surgeline.knowledge.articles.suspicious import has_comment, hidden_characters, suspicions
from surgeline.knowledge.text.languages import LANGUAGES

_SHOWN_CHARS: Final = 60
_MAX_LANGUAGE_CHARS: Final = 35
_MARKS: Final = ("tags", "crisis_answer", "state", "media", "note")
_IN_VARIANT: Final = ("title", "questions", "answer", *_MARKS)
_FIELDS: Final = ("id", "title", "language", "questions", "answer", *_MARKS)
_FIELDS_WITH_VARIANTS: Final = ("id", "variants", "tags", "state")
_TAG: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
# Tags that say opposite things about an article in a crisis.
_NEUTRAL: Final = "neutral"
_NOT_NEUTRAL: Final = ("cheerful", "selling")
# Other programs use these names where one entry points at another.
_REFERENCES: Final = ("see_also", "next", "related", "parent", "redirect")
_LANGUAGE_TAG: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")

Fields = Mapping[str, object]


class Reading:
    """The articles, problems and warnings found so far in one file or several."""

    def __init__(
        self, languages: Collection[str] | None = LANGUAGES, *, lenient: bool = False
    ) -> None:
        """Accept these languages, or with None every language that looks like a BCP 47 tag.

        A lenient reading leaves out what has a problem and keeps the other articles.
        """
        self.lenient = lenient
        self.languages = None if languages is None else tuple(languages)
        self.articles: list[Article] = []
        self.places: list[Place] = []
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self._first_place_of: dict[str, Place] = {}

    @property
    def is_full(self) -> bool:
        """Return whether enough problems were found to stop looking for more."""
        return len(self.problems) >= MAX_PROBLEMS and not self.lenient

    def report(self, place: Place, field: str, message: str) -> None:
        """Keep a problem."""
        self.problems.append(_problem(place, field, message))

    def warn(self, place: Place, field: str, message: str) -> None:
        """Keep a warning."""
        self.warnings.append(_problem(place, field, message))

    def add(self, place: Place, fields: Fields) -> None:
        """Check an article's fields and keep it, or each of its language variants."""
        if "variants" in fields:
            self._add_variants(place, fields)
        else:
            self._add_article(place, fields, _FIELDS, "")

    def read(self, empty: Place) -> Read:
        """Return all that was kept. Raises KnowledgeRefused with up to 100 problems.

        A lenient reading is refused only where no article is left.
        """
        if not self.articles and not self.problems:
            self.report(empty, "", "the file is empty; expected at least one article")
        if self.problems and not (self.lenient and self.articles):
            raise KnowledgeRefused(self.problems[:MAX_PROBLEMS])
        return Read(
            tuple(self.articles),
            tuple(self.places),
            tuple(self.warnings[:MAX_PROBLEMS]),
            tuple(self.problems),
        )

    def _add_variants(self, place: Place, fields: Fields) -> None:
        self._check_names(place, fields, _FIELDS_WITH_VARIANTS, "")
        base, variants = self._id(place, fields, ""), fields["variants"]
        if not isinstance(variants, dict) or not variants:
            found = "empty" if isinstance(variants, dict) else _json_kind(variants)
            expected = 'expected {"en": {"title", "questions", "answer"}, ...}'
            self.report(place, "variants", f"{found}; {expected}")
            return
        for language, variant in variants.items():
            prefix = f"variants.{language}"
            if not isinstance(variant, dict):
                message = f"{_json_kind(variant)}; expected an object with title, questions, answer"
                self.report(place, prefix, message)
                continue
            common = {name: fields[name] for name in ("tags", "state") if name in fields}
            whole = {"id": f"{base}.{language}", "language": language, **common, **variant}
            self._check_names(place, variant, _IN_VARIANT, f"{prefix}.")
            self._add_article(place, whole, None, f"{prefix}.")

    def _add_article(
        self, place: Place, fields: Fields, names: Collection[str] | None, prefix: str
    ) -> None:
        before = len(self.problems)
        if names:
            self._check_names(place, fields, names, prefix)
        article = Article(
            id=self._id(place, fields, prefix),
            title=self._text(place, fields, "title", MAX_TITLE_CHARS, prefix),
            language=self._language(place, fields, prefix),
            questions=self._questions(place, fields, prefix),
            answer=self._answer(place, fields, prefix),
            tags=self._tags(place, fields, prefix),
            crisis_answer=self._crisis_answer(place, fields, prefix),
            state=self._state(place, fields, prefix),
            media=self._media(place, fields, prefix),
            note=self._note(place, fields, prefix),
        )
        self._check_unique(place, article.id)
        if len(self.problems) == before:
            self.articles.append(article)
            self.places.append(place)

    def _check_names(
        self, place: Place, fields: Fields, accepted: Collection[str], prefix: str
    ) -> None:
        for name in fields:
            if name in accepted:
                continue
            known = f"accepted are {', '.join(accepted)}"
            if name in _REFERENCES:
                known = "articles stand alone and refer to no other; put a link into the answer"
            where = place.line_of(prefix + name)
            message = f"unknown field; {known}"
            self.problems.append(Problem(place.file, where, shown(prefix + name), message))

    def _id(self, place: Place, fields: Fields, prefix: str) -> str:
        return self._text(place, fields, "id", MAX_ID_CHARS, prefix)

    def _text(self, place: Place, fields: Fields, name: str, limit: int, prefix: str) -> str:
        if name not in fields:
            self.report(place, prefix + name, "missing; expected a text")
            return ""
        return self._checked_text(place, prefix + name, fields[name], limit)

    def _answer(self, place: Place, fields: Fields, prefix: str, name: str = "answer") -> str:
        answer = self._text(place, fields, name, MAX_ANSWER_CHARS, prefix)
        for message in answer_problems(answer[:MAX_ANSWER_CHARS]):
            self.report(place, f"{prefix}{name}", message)
        for message in answer_warnings(answer[:MAX_ANSWER_CHARS]):
            self.warn(place, f"{prefix}{name}", message)
        return answer

    def _crisis_answer(self, place: Place, fields: Fields, prefix: str) -> str:
        """Return the answer for a crisis, which an article may lack or leave empty."""
        if fields.get("crisis_answer") in (None, ""):
            return ""
        return self._answer(place, fields, prefix, "crisis_answer")

    def _note(self, place: Place, fields: Fields, prefix: str) -> str:
        """Return the words for people who answer, which an article may lack or leave empty."""
        if fields.get("note") in (None, ""):
            return ""
        return self._text(place, fields, "note", MAX_NOTE_CHARS, prefix)

    def _state(self, place: Place, fields: Fields, prefix: str) -> str:
        """Return the state that the author gives the article, or an empty text."""
        state = fields.get("state")
        if state in (None, "", *STATES):
            return str(state or "")
        found = shown(state) if isinstance(state, str) else _json_kind(state)
        message = f"{found} is no state; use one of {', '.join(STATES)}, or leave it out"
        self.report(place, f"{prefix}state", message)
        return ""

    def _media(self, place: Place, fields: Fields, prefix: str) -> tuple[ArticleMedia, ...]:
        """Return what is shown with the answer, which an article may lack."""
        given, field = fields.get("media") or (), f"{prefix}media"
        problems = list(media_problems(given))
        for where, message in problems:
            self.report(place, f"{field}{where}", message)
        media = () if problems else media_of(given)
        for number, each in enumerate(media):
            for message in media_warnings(each):
                self.warn(place, f"{field}[{number}].url", message)
        return media

    def _tags(self, place: Place, fields: Fields, prefix: str) -> tuple[str, ...]:
        tags, field = fields.get("tags", ()), f"{prefix}tags"
        if not isinstance(tags, list | tuple) or not all(isinstance(each, str) for each in tags):
            self.report(place, field, f"{_json_kind(tags)}; expected a list of words")
            return ()
        for each in tags:
            if not _TAG.fullmatch(each):
                message = f"{shown(each)} is no tag; use lower-case letters, digits, - and _"
                self.report(place, field, message)
        if len(tags) > MAX_TAGS:
            self.report(place, field, f"{len(tags)} tags; at most {MAX_TAGS} are accepted")
        against = [each for each in tags if each in _NOT_NEUTRAL]
        if _NEUTRAL in tags and against:
            self.report(place, field, f"an article is not neutral and {against[0]}; keep one tag")
        return tuple(dict.fromkeys(tags))

    def _checked_text(self, place: Place, name: str, value: object, limit: int) -> str:
        if not isinstance(value, str):
            self.report(place, name, f"{_json_kind(value)}; expected a text")
            return ""
        if not value.strip():
            self.report(place, name, "empty; expected a text")
        if len(value) > limit:
            message = f"{len(value):,} characters; at most {limit:,} are accepted"
            self.report(place, name, message)
            return value
        for position, character in hidden_characters(value, newlines=name.endswith("answer")):
            message = f"hidden character U+{ord(character):04X} at position {position}; remove it"
            self.report(place, name, message)
            break
        if has_comment(value):
            self.report(place, name, "a hidden comment (<!-- or -->); remove it")
        for message in suspicions(value):
            self.warn(place, name, message)
        return value

    def _language(self, place: Place, fields: Fields, prefix: str) -> str:
        if prefix:
            language = str(fields["language"])
        else:
            language = self._text(place, fields, "language", _MAX_LANGUAGE_CHARS, prefix)
        if not language.strip():
            return ""
        field = prefix.rstrip(".") or "language"
        if self.languages is not None and language not in self.languages:
            accepted = ", ".join(self.languages)
            self.report(place, field, f"unknown language {shown(language)}; use {accepted}")
        elif not _LANGUAGE_TAG.fullmatch(language):
            message = f"{shown(language)} is no language tag; expected one such as en or pt-BR"
            self.report(place, field, message)
        return language

    def _questions(self, place: Place, fields: Fields, prefix: str) -> tuple[str, ...]:
        questions, field = fields.get("questions"), f"{prefix}questions"
        if not isinstance(questions, list | tuple):
            found = _json_kind(questions) if "questions" in fields else "missing"
            self.report(place, field, f"{found}; expected a list of texts")
            return ()
        if not questions:
            self.report(place, field, "empty; give at least one example question")
        if len(questions) > MAX_QUESTIONS:
            message = f"{len(questions):,} questions; at most {MAX_QUESTIONS:,} are accepted"
            self.report(place, field, message)
            return ()
        return tuple(
            self._checked_text(place, f"{field}[{position}]", question, MAX_QUESTION_CHARS)
            for position, question in enumerate(questions)
        )

    def _check_unique(self, place: Place, article_id: str) -> None:
        if not article_id:
            return
        first = self._first_place_of.setdefault(article_id, place)
        if first is not place:
            where = f"line {first.line}" if first.file == place.file else str(first)
            message = f"{shown(article_id)} is already the id of {where}; ids must be unique"
            self.report(place, "id", message)


def _problem(place: Place, field: str, message: str) -> Problem:
    complete = f"{message} ({place.entry})" if place.entry else message
    return Problem(place.file, place.line_of(field), place.name_of(field), complete)


class DuplicateKey(ValueError):
    """A JSON object names the same key twice."""


def unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return the object of json's pairs, or raise DuplicateKey (an `object_pairs_hook`)."""
    fields: dict[str, object] = {}
    for name, value in pairs:
        if name in fields:
            raise DuplicateKey(shown(name))
        fields[name] = value
    return fields


def shown(text: str) -> str:
    """Return a short, printable form of something an author wrote."""
    shortened = text if len(text) <= _SHOWN_CHARS else text[:_SHOWN_CHARS] + "..."
    return json.dumps(shortened, ensure_ascii=not shortened.isprintable())


def _json_kind(value: object) -> str:
    if value is None:
        return "null"
    kinds = {bool: "a boolean", int: "a number", float: "a number", list: "a list"}
    return kinds.get(type(value), "an object" if isinstance(value, dict) else "a text")
