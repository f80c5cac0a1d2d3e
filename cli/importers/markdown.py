"""Articles are read here from Markdown with front matter, a file or a folder of files.

    ---
    id: en-returns
    title: Returns
    language: en
    questions:
      - How do I return an item?
    ---
    Within 30 days, by post.

The front matter is YAML of texts and one list. Nothing in it is constructed or run. A file without
front matter is read as a FAQ page, whose headings ask.
"""

import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import Final

import yaml
from surgeline.knowledge.articles.article import Place
from surgeline.knowledge.articles.reading import Reading
from surgeline.knowledge.text.languages import LANGUAGES

from cli.importers.drafts import Drafts
from cli.importers.headings import ACCEPTED, Wishes
from cli.importers.marks import MARKS, read_mark
from cli.importers.web_page import read_page

SUFFIXES: Final = (".md", ".markdown")

_EDGE: Final = "---"
_HEADING: Final = re.compile(r"\A\s*#\s+(.+?)\s*#*\s*(?:\n|$)")
_LANGUAGE_SUFFIX: Final = re.compile(rf"(?<=.)[._]({'|'.join(LANGUAGES)})$")
_MAX_FRONT_CHARS: Final = 200_000
_MAX_PAGE_CHARS: Final = 1_000_000
_QUOTE: Final = 'write each question on a line of its own, as in - "How do I pay?"'
_NO_FRONT_MATTER: Final = (
    "no front matter; expected --- on the first line, then id, title, language and questions, then "
    "--- and the answer; or a page with headings that ask something"
)


def read_markdown(drafts: Drafts, text: str, file: str, name: PurePath, wishes: Wishes) -> None:
    """Add the article of a file; `name` is its path in the folder, for a file without an id."""
    reading = drafts.reading
    place = Place(file, 1)
    lines = text.replace("\r\n", "\n").split("\n")
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() == _EDGE), None)
    if lines[0].rstrip() != _EDGE or end is None:
        _read_page(drafts, text, file)
        return
    found = _front_matter(reading, place, "\n".join(lines[1:end]))
    if found is None:
        return
    fields, at = _understood(reading, place, *found, wishes)
    answer = "\n".join(lines[end + 1 :])
    title = _HEADING.match(answer)
    if title and fields.get("title", title[1]) == title[1]:
        fields["title"] = title[1]
        answer = answer[title.end() :]
    if "answer" in fields:
        reading.report(Place(file, at["answer"]), "answer", "write the answer below the ---")
        return
    fields["answer"] = answer.strip()
    _complete(fields, name)
    drafts.add(Place(file, 1, {}, {**at, "answer": end + 2}), fields)


def _read_page(drafts: Drafts, text: str, file: str) -> None:
    """Add the articles of a FAQ page in Markdown, whose headings ask."""
    from markdown_it import MarkdownIt

    if len(text) > _MAX_PAGE_CHARS:
        drafts.reading.report(Place(file, 1), "", _NO_FRONT_MATTER)
        return
    html = MarkdownIt("commonmark").render(text)
    read_page(drafts, html, file, source=text, nothing=_NO_FRONT_MATTER)


def _understood(
    reading: Reading,
    place: Place,
    fields: dict[str, object],
    at: dict[str, int],
    wishes: Wishes,
) -> tuple[dict[str, object], dict[str, int]]:
    """Return the fields that an article has and their lines; the others are pointed out."""
    known: dict[str, object] = {}
    lines: dict[str, int] = {}
    for name, value in fields.items():
        heading = wishes.heading_of(name)
        if heading is None or heading.field in known:
            reading.warn(Place(place.file, at[name]), name, f"the field is not read; {ACCEPTED}")
            continue
        one = heading.field == "questions" and isinstance(value, str)
        known[heading.field] = [value] if one else value
        if heading.field in MARKS and isinstance(value, str):
            known[heading.field] = read_mark(heading.field, value)
        lines |= {
            heading.field + place_in.removeprefix(name): line
            for place_in, line in at.items()
            if place_in == name or place_in.startswith(f"{name}[")
        }
    return known, lines


def _complete(fields: dict[str, object], name: PurePath) -> None:
    """Add the id from the file's name and the language from its ending, as in `returns.ko.md`."""
    stem = "-".join(name.with_suffix("").parts)
    spoken = _LANGUAGE_SUFFIX.search(stem)
    fields.setdefault("id", stem)
    if spoken:
        fields.setdefault("language", spoken[1])


def _front_matter(
    reading: Reading, place: Place, text: str
) -> tuple[dict[str, object], dict[str, int]] | None:
    """Return the fields and the line of each, or None for a fault, which is reported."""
    if len(text) > _MAX_FRONT_CHARS:
        message = f"the front matter has {len(text):,} characters; at most {_MAX_FRONT_CHARS:,}"
        reading.report(place, "", message)
        return None
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        reading.report(
            Place(place.file, line), "", f"the front matter is no YAML ({error.problem}); {_QUOTE}"
        )
        return None
    except (yaml.YAMLError, RecursionError) as error:
        reading.report(place, "", f"the front matter is no YAML ({type(error).__name__})")
        return None
    if not isinstance(root, yaml.MappingNode):
        reading.report(place, "", "the front matter names no fields; expected `id: ...` a line")
        return None
    fields: dict[str, object] = {}
    at: dict[str, int] = {}
    for key, value in root.value:
        line = key.start_mark.line + 2
        name = key.value if isinstance(key, yaml.ScalarNode) else "(no text)"
        if name in fields:
            reading.report(Place(place.file, line), name, "the field is given twice; give it once")
            return None
        fields[name], at[name] = _value(value), line
        at.update(_lines_of(name, value))
    return fields, at


def _value(node: yaml.Node) -> object:
    """Return a text as written (`no` and `1e3` stay texts), a list of texts, or a bad value."""
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if isinstance(node, yaml.SequenceNode):
        return [str(each.value) if isinstance(each, yaml.ScalarNode) else {} for each in node.value]
    return {}


def _lines_of(name: str, node: yaml.Node) -> Iterator[tuple[str, int]]:
    if isinstance(node, yaml.SequenceNode):
        for place, each in enumerate(node.value):
            yield f"{name}[{place}]", each.start_mark.line + 2
