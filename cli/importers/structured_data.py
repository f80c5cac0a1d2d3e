"""Questions and answers are found here in a page's FAQPage data: JSON-LD and microdata."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from cli.importers.headings import FIELDS
from cli.importers.plain_text import parsed, text_of

RECORD: Final = "surgeline"
"""The name under which an export's data holds an article as it is."""

_QUESTION: Final = re.compile(r"https?://(?:www\.)?schema\.org/Question", re.IGNORECASE)
_MOST_VALUES: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Found:
    """A question and its answer in plain text, with the line and the language that say so.

    `record` is the article as an export of ours wrote it, or None.
    """

    questions: tuple[str, ...]
    answer: str
    line: int
    language: str = ""
    record: dict[str, Any] | None = None


class WrongData(ValueError):
    """Structured data that is no JSON; the message says why."""


def json_ld(text: str, line: int = 1) -> list[Found]:
    """Return the questions in a JSON-LD text. Raises WrongData."""
    body = re.sub(r"^\s*(?://)?\s*<!(?:--|\[CDATA\[)|(?://)?\s*(?:--|\]\])>\s*$", "", text)
    try:
        whole = json.loads(body, strict=False)
    except (ValueError, RecursionError) as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "too deep"
        raise WrongData(f"structured data that is no JSON ({reason})") from error
    return questions_in(whole, line)


def questions_in(whole: object, line: int = 1) -> list[Found]:
    """Return the questions of every FAQPage in a JSON-LD value."""
    return [
        found
        for page in _objects(whole)
        if "FAQPage" in _types(page)
        for entry in _listed(page.get("mainEntity"))
        if (found := _question(entry, line, page))
    ]


def microdata(root: Any) -> list[Found]:  # noqa: ANN401 - lxml has no types
    """Return the questions that a page marks with itemprop."""
    found = []
    for element in root.iter():
        if not isinstance(element.tag, str) or not _QUESTION.fullmatch(
            (element.get("itemtype") or "").strip()
        ):
            continue
        name = _property(element, "name")
        answer = _property(element, "acceptedAnswer")
        if name is None or answer is None:
            continue
        text = _property(answer, "text")
        found.append(
            Found(
                (text_of(name) or name.get("content") or "",),
                text_of(answer if text is None else text),
                element.sourceline or 1,
            )
        )
    return found


def _property(element: Any, name: str) -> Any:  # noqa: ANN401 - lxml has no types
    within = (
        each
        for each in element.iterdescendants()
        if isinstance(each.tag, str) and name in (each.get("itemprop") or "").split()
    )
    return next(within, None)


def _objects(whole: object) -> Iterator[dict[str, Any]]:
    """Yield every object in a value, outer ones first, without recursion."""
    waiting, left = [whole], _MOST_VALUES
    while waiting and left:
        value, left = waiting.pop(), left - 1
        if isinstance(value, dict):
            yield value
            waiting.extend(reversed(list(value.values())))
        elif isinstance(value, list):
            waiting.extend(reversed(value))


def _types(page: dict[str, Any]) -> set[str]:
    return {str(each).rpartition("/")[2] for each in _listed(page.get("@type"))}


def _question(entry: object, line: int, page: dict[str, Any]) -> Found | None:
    if not isinstance(entry, dict):
        return None
    answers = [*_listed(entry.get("acceptedAnswer")), *_listed(entry.get("suggestedAnswer"))]
    text = next((each.get("text") for each in answers if isinstance(each, dict)), None)
    asked = entry.get("name") or entry.get("text")
    if not isinstance(asked, str) or not isinstance(text, str):
        return None
    spoken = entry.get("inLanguage") or page.get("inLanguage")
    record = entry.get(RECORD)
    return Found(
        (_plain(asked),),
        _plain(text),
        line,
        spoken if isinstance(spoken, str) else "",
        record if isinstance(record, dict) and set(FIELDS) <= set(record) else None,
    )


def _plain(html: str) -> str:
    root = parsed(html)
    return "" if root is None else text_of(root)


def _listed(value: object) -> Iterable[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
