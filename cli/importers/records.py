"""Objects of JSON become drafts here, by the names of their fields, whatever these are."""

import json
import re
from collections.abc import Collection, Mapping
from typing import Any, Final

from surgeline.adapters.past.lists import entries
from surgeline.knowledge.articles.article import Place
from surgeline.knowledge.articles.jsonl import objects_in
from surgeline.knowledge.articles.reading import DuplicateKey, Reading, shown, unique_keys

from cli.importers.drafts import Drafts
from cli.importers.headings import ACCEPTED, FIELDS, Heading, Wishes, language_named
from cli.importers.marks import MARKS

_VARIANTS: Final = "variants"

Record = Mapping[str, object]


class Records:
    """Reads objects into drafts, and says once which of their fields are not read."""

    def __init__(self, drafts: Drafts, wishes: Wishes) -> None:
        self.drafts = drafts
        self.wishes = wishes
        self._said: set[str] = set()

    def add(self, place: Place, record: Record) -> None:
        """Add the articles of an object: one, or one for each language that it holds."""
        if self._is_canonical(record):
            self.drafts.add(place, dict(record), as_it_is=True)
            return
        variants = _variants(record)
        if variants:
            self._add_variants(place, record, variants)
            return
        of: dict[Heading, list[str]] = {}
        for name in record:
            heading = self.wishes.heading_of(name)
            if heading:
                of.setdefault(heading, []).append(name)
            else:
                self._ignore(place, name)
        spoken = list(dict.fromkeys(each.language for each in of if each.field == "questions"))
        for language in (
            [each for each in spoken if _says(record, of, each)] or spoken[:1] or [None]
        ):
            self._add_draft(place, record, of, language)

    def _is_canonical(self, record: Record) -> bool:
        return (
            not self.wishes.named
            and set(FIELDS) <= set(record) <= {*FIELDS, *MARKS}
            and isinstance(record["questions"], list)
        )

    def _add_variants(self, place: Place, record: Record, variants: dict[str, Any]) -> None:
        shared = {name: value for name, value in record.items() if name not in variants}
        shared.pop(_VARIANTS, None)
        for name, variant in variants.items():
            language = language_named(name) or name
            prefix = f"variants.{name}." if _VARIANTS in record else f"{name}."
            names = {field: f"{prefix}{field}" for field in FIELDS if field != "id"}
            whole = {**shared, "language": language, **variant}
            if isinstance(shared.get("id"), str):
                whole["id"] = f"{shared['id']}.{language}"
            self.add(Place(place.file, place.line, names, place.lines, place.entry), whole)

    def _add_draft(
        self, place: Place, record: Record, of: Mapping[Heading, list[str]], language: str | None
    ) -> None:
        fields: dict[str, object] = {}
        called = dict(place.names)
        for field in FIELDS:
            names = of.get(Heading(field, language)) or of.get(Heading(field)) or []
            if not names:
                continue
            called.setdefault(field, names[0])
            values = [record[name] for name in names]
            fields[field] = _questions(values) if field == "questions" else _plain(values[0])
        if language:
            fields["language"] = language
        at = Place(place.file, place.line, called, place.lines, place.entry)
        for field in ("answer", "questions"):
            if field not in fields and not (field == "questions" and "title" in fields):
                option = "question" if field == "questions" else field
                there = ", ".join(map(shown, list(record)[:20])) or "none"
                named = f"name it with `kb import --columns {option}=NAME`"
                message = f"missing among the fields {there}; {named}"
                self.drafts.reading.report(at, field, message)
                return
        self.drafts.add(at, fields)

    def _ignore(self, place: Place, name: str) -> None:
        if name not in self._said:
            self._said.add(name)
            self.drafts.reading.warn(place, shown(name), f"the field is not read; {ACCEPTED}")


def read_lines(drafts: Drafts, raw: bytes, file: str, wishes: Wishes) -> None:
    """Add the articles of a file with an object on each line."""
    records = Records(drafts, wishes)
    for place, record in objects_in(drafts.reading, raw, file):
        records.add(place, record)


def read_objects(drafts: Drafts, text: str, place: Place, whole: object, wishes: Wishes) -> bool:
    """Add the articles of a JSON document's list of objects. Return whether it has one."""
    start = _start_of_list(text, whole)
    if start is None:
        return False
    records = Records(drafts, wishes)
    for line, entry in entries(text, start):
        if isinstance(entry, dict):
            records.add(Place(place.file, line), entry)
        else:
            message = 'no object; expected {"question": ..., "answer": ...}'
            drafts.reading.report(Place(place.file, line), "", message)
    return True


def document(reading: Reading, text: str, file: str, expected: str) -> object:
    """Return the value of a JSON document, or None for a fault, which is reported."""
    top = Place(file, 1)
    try:
        whole: object = json.loads(text, object_pairs_hook=unique_keys)
    except DuplicateKey as error:
        reading.report(top, str(error), "the field is given twice; give it once")
    except json.JSONDecodeError as error:
        reading.report(Place(file, error.lineno), "", f"not JSON ({error.msg}); {expected}")
    except (ValueError, RecursionError):
        reading.report(top, "", f"not JSON (too deep or large); {expected}")
    else:
        return whole
    return None


def _start_of_list(text: str, whole: object) -> int | None:
    """Return where the list of objects begins: the document, or the one list in it."""
    if _is_list_of_objects(whole):
        return text.index("[") + 1
    if not isinstance(whole, dict):
        return None
    lists = [name for name, value in whole.items() if _is_list_of_objects(value)]
    if len(lists) != 1:
        return None
    for spelled in {json.dumps(lists[0]), json.dumps(lists[0], ensure_ascii=False)}:
        found = re.search(re.escape(spelled) + r"\s*:\s*\[", text)
        if found:
            return found.end()
    return None


def _is_list_of_objects(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(each, dict) for each in value)


def _variants(record: Record) -> dict[str, Any]:
    """Return the objects of a record that hold one language each, by their names."""
    inside = record.get(_VARIANTS)
    named: Collection[tuple[str, object]] = (
        inside.items() if isinstance(inside, dict) else record.items()
    )
    return {
        name: value
        for name, value in named
        if isinstance(value, dict)
        and (isinstance(inside, dict) or language_named(name) is not None)
    }


def _says(record: Record, of: Mapping[Heading, list[str]], language: str | None) -> bool:
    names = [
        name for field in ("questions", "answer") for name in of.get(Heading(field, language), [])
    ]
    return any(record[name] for name in names)


def _questions(values: list[object]) -> object:
    """Return all phrasings in one list; a value of another type is kept as it is, to be told."""
    found: list[object] = []
    for value in values:
        if isinstance(value, list):
            found.extend(value)
        elif isinstance(value, str):
            found.append(value)
        elif value is not None:
            return value
    return found


def _plain(value: object) -> object:
    """Return a number as a text, and the only text of a list."""
    if isinstance(value, list) and len(value) == 1:
        return value[0]
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value
