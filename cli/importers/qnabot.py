"""Articles are read here from QnABot's export, `{"qna": [{"qid", "q", "a"}, ...]}`.

Parts without a counterpart (chains to other entries, functions, cards) are reported and left out.
"""

import re
from typing import Any, Final

from surgeline.adapters.past.lists import entries
from surgeline.knowledge.articles.article import Place
from surgeline.knowledge.articles.reading import Reading, shown

from cli.importers.drafts import Drafts

_HANDLEBARS: Final = re.compile(r"\{\{[^{}]*\}\}")
_NAMES: Final = {"id": "qid", "title": "q[0]", "questions": "q", "answer": "a"}
_LEFT_OUT: Final = {
    "l": "a function is called by nobody",
    "conditionalChaining": "an answer is not continued by another's",
    "elicitResponse": "answers ask nothing back",
    "r": "cards are not shown",
}
# QnABot answers with these entries where it found nothing.
_NO_ARTICLES: Final = ("no_hits", "no_verified_hits")
_NO_ARTICLES_ASKED: Final = [[name] for name in _NO_ARTICLES]
_START: Final = re.compile(r'"qna"\s*:\s*\[')
EXPECTED: Final = 'expected {"qna": [{"qid", "q": [...], "a"}, ...]}, as QnABot exports it'


def is_export(whole: object) -> bool:
    """Return whether a JSON document is an export of QnABot."""
    return isinstance(whole, dict) and isinstance(whole.get("qna"), list)


def read_qnabot(drafts: Drafts, text: str, file: str) -> None:
    """Add the articles of an export, which names no language."""
    start = _START.search(text)
    found = [
        (_place(file, line, entry), entry)
        for line, entry in entries(text, start.end() if start else len(text))
    ]
    _check_chains(drafts.reading, found)
    for place, entry in found:
        if drafts.reading.is_full:
            return
        _add(drafts, place, entry)


def _place(file: str, line: int, entry: object) -> Place:
    names = {f"questions[{n}]": f"q[{n}]" for n in range(len(_list(entry, "q")))}
    qid = entry.get("qid") if isinstance(entry, dict) else None
    named = f"qid {shown(qid)}" if isinstance(qid, str) else ""
    return Place(file, line, {**_NAMES, **names}, entry=named)


def _list(entry: object, name: str) -> list[Any]:
    value = entry.get(name) if isinstance(entry, dict) else None
    return value if isinstance(value, list) else []


def _add(drafts: Drafts, place: Place, entry: object) -> None:
    reading = drafts.reading
    if not isinstance(entry, dict):
        reading.report(place, "", f"no entry; {EXPECTED}")
        return
    if entry.get("type", "qna") != "qna":
        message = f"an entry of type {shown(str(entry['type']))} is no answer, and is left out"
        reading.warn(place, "type", message)
        return
    if entry.get("qid") in _NO_ARTICLES or entry.get("q") in _NO_ARTICLES_ASKED:
        message = "what QnABot says where it finds nothing is no article, and is left out"
        reading.warn(place, "qid", message)
        return
    for name, why in _LEFT_OUT.items():
        if _says_something(entry.get(name)):
            reading.warn(place, name, f"left out: {why}")
    fields: dict[str, object] = {}
    if "qid" in entry:
        fields["id"] = entry["qid"]
    if "q" in entry:
        fields["questions"] = entry["q"]
        fields["title"] = next(iter(_list(entry, "q")), "")
    if "a" in entry:
        fields["answer"] = _answer(reading, place, entry["a"])
    drafts.add(place, fields)


def _answer(reading: Reading, place: Place, answer: object) -> object:
    """Return the answer with its braces doubled, because a brace there is only a brace.

    Handlebars in it are reported as a problem.
    """
    if not isinstance(answer, str):
        return answer
    template = _HANDLEBARS.search(answer)
    if template:
        message = f"{shown(template[0])} is Handlebars, which nothing evaluates; write it without"
        reading.report(place, "answer", message)
        return answer.replace("{", "{{").replace("}", "}}")
    return answer.replace("{", "{{").replace("}", "}}")


def _says_something(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(_says_something, value.values()))
    return bool(value)


def _check_chains(reading: Reading, entries: list[tuple[Place, Any]]) -> None:
    """Report entries whose `next` leads back to them, and warn of the others that have a `next`."""
    following = {
        entry["qid"]: entry["next"]
        for _, entry in entries
        if isinstance(entry, dict)
        and isinstance(entry.get("qid"), str)
        and isinstance(entry.get("next"), str)
        and entry["next"]
    }
    for place, entry in entries:
        qid = entry.get("qid") if isinstance(entry, dict) else None
        if not isinstance(qid, str) or qid not in following:
            continue
        if _leads_back(qid, following):
            message = f"a cycle: {shown(qid)} leads back to itself; remove it"
            reading.report(place, "next", message)
        else:
            reading.warn(place, "next", "left out: articles stand alone and refer to no other")


def _leads_back(start: str, following: dict[str, str]) -> bool:
    seen: set[str] = set()
    at: str | None = following[start]
    while at is not None and at != start and at not in seen:
        seen.add(at)
        at = following.get(at)
    return at == start
