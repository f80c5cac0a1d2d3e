"""A FAQ page (HTML) is read here: its FAQPage data, or else the way in which it is built.

A page may show questions as <details>, as buttons that open a part, as a <dl>, or as headings. The
way that gives most questions is taken.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import urljoin

from surgeline.knowledge.articles.article import Place
from surgeline.knowledge.articles.reading import shown
from surgeline.knowledge.text.languages import LANGUAGES
from surgeline.knowledge.text.reading import detect_language

from cli.importers.drafts import Drafts
from cli.importers.headings import language_named
from cli.importers.plain_text import TooDeep, Writer, is_unseen, parsed, text_of
from cli.importers.structured_data import Found, WrongData, json_ld, microdata

SUFFIXES: Final = (".html", ".htm", ".xhtml")

NO_QUESTIONS: Final = "HTML"
"""The way of a page that has no questions."""

_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_BOLD_LINE: Final = 7
_FEWEST_TERMS: Final = 2
_MOST_NAMED: Final = 5
_ASKS: Final = re.compile(r"[?？]\s*$|(?:까|나요|어요|아요|해요|세요|래요|은요|는요)[.\s]*$")
_NOTHING: Final = (
    "no questions and answers were found; expected FAQPage data, <details>, buttons that open a "
    "part, a <dl>, or headings that ask something, with text below"
)


def read_page(
    drafts: Drafts,
    html: str,
    file: str,
    *,
    source: str = "",
    nothing: str = _NOTHING,
    address: str = "",
) -> str:
    """Add the articles of a page, and return the way in which they were found.

    `source` is the text that the page was made from, which has its own lines. `nothing` is told
    where there are no questions; if it is empty, nothing is told. `address` is the page's own.
    """
    found: list[Found] = []
    left_out: list[Found] = []
    way = spoken = ""
    try:
        root = parsed(html)
        if root is not None:
            _resolve_links(root, address)
            spoken = root.get("lang") or ""
            way, found, left_out = _found(drafts, root, file)
    except TooDeep as error:
        nothing = str(error)
    if not found:
        if nothing:
            drafts.reading.report(Place(file, 1), "", nothing)
        return NO_QUESTIONS
    for each in found:
        place = Place(file, _line(source, each))
        if each.record is not None and not address:  # a page elsewhere says only what it shows
            drafts.add(place, dict(each.record), as_it_is=True)
        else:
            drafts.add(place, _fields(each, spoken), html=False)
    if left_out:
        drafts.reading.warn(Place(file, _line(source, left_out[0])), "", _told(left_out))
    return f"HTML ({way})"


def _told(left_out: Sequence[Found]) -> str:
    """Return which parts of a page are not imported, and what would make articles of them."""
    names = ", ".join(shown(each.questions[0]) for each in left_out[:_MOST_NAMED])
    more = f" and {len(left_out) - _MOST_NAMED} more" if len(left_out) > _MOST_NAMED else ""
    return f"headings that ask nothing are left out: {names}{more}; word them as questions"


def _fields(found: Found, spoken: str) -> dict[str, object]:
    fields: dict[str, object] = {
        "questions": [question for question in found.questions if question],
        "answer": found.answer.replace("{", "{{").replace("}", "}}"),
    }
    language = language_of(found, spoken)
    return fields | ({"language": language} if language else {})


def _line(source: str, found: Found) -> int:
    """Return the line of a question, in the text that a page was made from if there is one."""
    if not source:
        return found.line
    at = source.find(found.questions[0])
    return source.count("\n", 0, at) + 1 if at > 0 else 1


def language_of(found: Found, spoken: str = "") -> str | None:
    """Return the language that the texts are in, or else that the page says."""
    read = detect_language(" ".join((*found.questions, found.answer[:1_000])))
    if read in LANGUAGES:
        return read
    return language_named(found.language or spoken)


def _found(
    drafts: Drafts,
    root: Any,  # noqa: ANN401 - lxml
    file: str,
) -> tuple[str, list[Found], list[Found]]:
    """Return the way in which a page shows questions, these, and the parts that ask nothing."""
    data = [*_json_ld(drafts, root, file), *microdata(root)]
    if data:
        return "FAQPage data", data, []
    sections, others = _sections(root)
    ways = {
        "details": list(_details(root)),
        "buttons": list(_buttons(root)),
        "list of terms": list(_terms(root)),
        "headings": sections,
    }
    way, found = max(ways.items(), key=lambda way: len(way[1]))
    return way, found, others if found is sections else []


def _json_ld(drafts: Drafts, root: Any, file: str) -> Iterator[Found]:  # noqa: ANN401 - lxml
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        try:
            yield from json_ld(script.text or "", script.sourceline or 1)
        except (WrongData, TooDeep) as error:
            drafts.reading.warn(Place(file, script.sourceline or 1), "script", f"{error}: not read")


def _details(root: Any) -> Iterator[Found]:  # noqa: ANN401 - lxml
    for details in root.iter("details"):
        summary = details.find("summary")
        if summary is not None and details.find(".//details") is None:
            yield _found_in(summary, text_of(details, but=summary))


def _buttons(root: Any) -> Iterator[Found]:  # noqa: ANN401 - lxml
    """Yield each part that a button opens, with the button's words as the question."""
    parts = {each.get("id"): each for each in root.iter() if each.get("id")}
    for opener in root.iter("button", "a", "div", "h2", "h3", "h4"):
        opened = opener.get("aria-controls") if opener.get("aria-expanded") else None
        part = parts.pop(opened, None) if opened else None
        if part is not None and all(each is not part for each in opener.iterancestors()):
            yield _found_in(opener, text_of(part))


def _terms(root: Any) -> Iterator[Found]:  # noqa: ANN401 - lxml
    """Yield the terms of definition lists; several terms in a row are phrasings of one answer."""
    for listed in root.iter("dl"):
        groups = ([each] if each.tag in {"dt", "dd"} else each for each in listed)
        rows = [each for group in groups for each in group if each.tag in {"dt", "dd"}]
        if sum(each.tag == "dt" for each in rows) < _FEWEST_TERMS or not _is_shown(listed):
            continue
        terms: list[Any] = []
        answers: list[str] = []
        for row in [*rows, None]:
            if terms and answers and (row is None or row.tag == "dt"):
                questions = tuple(map(text_of, terms))
                yield Found(questions, "\n\n".join(answers), terms[0].sourceline or 1)
                terms, answers = [], []
            if row is not None and row.tag == "dt":
                terms.append(row)
            elif row is not None:
                answers.append(text_of(row))


def _sections(root: Any) -> tuple[list[Found], list[Found]]:  # noqa: ANN401 - lxml
    """Return the headings that ask with the text below each, and those beside them that don't.

    All of them are at the level where most ask.
    """
    headings: dict[int, list[Any]] = {}
    for each in root.iter():
        level = _level(each)
        if level and level > 1 and _is_shown(each):
            headings.setdefault(level, []).append(each)
    ways = []
    for level in sorted(headings):
        below = [found for found in _below(headings[level], level) if found.answer]
        asking = [found for found in below if _ASKS.search(found.questions[0])]
        ways.append((asking, [found for found in below if found not in asking]))
    return max(ways, key=lambda way: len(way[0]), default=([], []))


def _below(headings: list[Any], level: int) -> Iterator[Found]:
    """Yield each heading with the text up to the next one, within the part that holds them all."""
    from lxml import etree

    if not headings:
        return
    around = _common_parent(headings)
    started: list[tuple[Any, Writer]] = []
    walk = etree.iterwalk(around, events=("start", "end"))
    for event, element in walk:
        own = _level(element)
        stops = own is not None and own <= level
        if event == "start" and stops and own == level:
            started.append((element, Writer()))
        elif event == "start" and stops:
            started.append((None, Writer()))
        if event == "start" and (stops or is_unseen(element)):
            walk.skip_subtree()
        elif event == "start" and started:
            started[-1][1].open(element)
        elif event == "end" and started:
            started[-1][1].close(element, unseen=stops or is_unseen(element))
            started[-1][1].say(element.tail if element is not around else None)
    for heading, writer in started:
        if heading is not None:
            yield _found_in(heading, writer.written())


def _common_parent(headings: list[Any]) -> Any:  # noqa: ANN401 - lxml
    """Return the innermost element around all headings and the text below the last one."""
    parent = headings[0].getparent()
    for heading in headings[1:]:
        ancestors = {id(each): each for each in heading.iterancestors()}
        while id(parent) not in ancestors and parent.getparent() is not None:
            parent = parent.getparent()
    return parent


def _level(element: Any) -> int | None:  # noqa: ANN401 - lxml
    """Return a heading's level; a line in bold that asks something is the lowest heading."""
    if element.tag in _HEADINGS:
        return _HEADINGS[element.tag]
    if element.tag not in {"p", "div"} or len(element) != 1 or (element.text or "").strip():
        return None
    (child,) = element
    if child.tag not in {"b", "strong"} or (child.tail or "").strip():
        return None
    return _BOLD_LINE if _ASKS.search("".join(child.itertext())) else None


def _found_in(heading: Any, answer: str) -> Found:  # noqa: ANN401 - lxml
    question = " ".join(text_of(heading, buttons=True).split()).removeprefix("- ")
    spoken = next(
        (each.get("lang") for each in (heading, *heading.iterancestors()) if each.get("lang")), ""
    )
    return Found((question,), answer, heading.sourceline or 1, spoken)


def _is_shown(element: Any) -> bool:  # noqa: ANN401 - lxml
    return not any(map(is_unseen, element.iterancestors()))


def _resolve_links(root: Any, address: str) -> None:  # noqa: ANN401 - lxml
    """Make links whole, where the page's own address is known; others lead nowhere from a chat."""
    bases = [each.get("href") for each in root.iter("base")]
    bases += [each.get("href") for each in root.iter("link") if each.get("rel") == "canonical"]
    base = next(filter(None, bases), address)
    if base and address:
        base = _joined(address, base) or address
    for link in root.iter("a"):
        target = (link.get("href") or "").strip()
        if base and target and not target.startswith("#"):
            link.set("href", _joined(base, target))


def _joined(base: str, link: str) -> str:
    """Return the whole address of a link, or an empty one for a link that is no address."""
    try:
        return urljoin(base, link)
    except ValueError:
        return ""
