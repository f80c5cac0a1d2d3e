"""Drafts, their differences and their checks are put into words for a terminal here."""

from collections.abc import Iterator, Mapping
from typing import Any

from cli.console import counted

SHOWN = 5
_KINDS = {
    "answered": "{} would now be answered by it, and no article answered before:",
    "taken": "{} would now be answered by it, and another article answered before:",
    "lost": "{} would not be answered any more:",
    "other": "{} would change in another way:",
}
_HEADS = {
    "new": "A new article.",
    "change": "A change of a published article.",
    "retire": "The article is retired.",
    "none": "Nothing is changed.",
}


def line_of(draft: Mapping[str, Any]) -> str:
    """Return a draft as a line of the list."""
    title = f" ({draft['title']})" if draft["title"] else ""
    act = "retire " if draft["retires"] else ""
    by = f", by {draft['author']}" + (
        f", approved by {draft['reviewer']}" if draft["reviewer"] else ""
    )
    why = f": {draft['reason']}" if draft["reason"] else ""
    problem = f" [{draft['problem']}]" if draft["problem"] else ""
    state = "building" if draft["state"] == "approved" and draft["version"] else draft["state"]
    return f"{draft['id']}  {state:<9}  {act}{draft['article_id']}{title}{by}{why}{problem}"


def lines_of(draft: Mapping[str, Any]) -> Iterator[str]:
    """Yield a whole draft: its state, its difference, its problems and its check."""
    yield line_of(draft)
    yield from _difference(draft["difference"])
    if draft["review_by"]:
        yield f"To be reviewed by {draft['review_by']}."
    for each in draft["problems"]:
        yield f"problem: {each}"
    for each in draft["warnings"]:
        yield f"warning: {each}"
    yield from check_lines(draft["check"], draft["state"])


def check_lines(check: Mapping[str, Any] | None, state: str) -> Iterator[str]:
    """Yield what the recent questions say of a draft."""
    if check is None or not check["is_of_this_text"]:
        if state in ("proposed", "approved"):
            yield "The check by recent questions is not done yet."
        return
    if check["problem"]:
        yield f"It can't be built: {check['problem']}."
        return
    changed = sum(check["counts"].values())
    asked = counted(check["asked"], "recent question")
    if not changed:
        yield f"Of {asked} none is answered otherwise."
        return
    verb = "is" if changed == 1 else "are"
    yield f"Of {asked} {changed} {verb} answered otherwise."
    for kind, words in _KINDS.items():
        if check["counts"][kind]:
            yield words.format(counted(check["counts"][kind], "question"))
            for each in check[kind][:SHOWN]:
                yield f"  {each['text']!r}: {_outcome(each['before'])} -> {_outcome(each['after'])}"


def _difference(found: Mapping[str, Any]) -> Iterator[str]:
    yield _HEADS[found["kind"]]
    for name in ("title", "language", "answer", "crisis_answer", "note", "tags", "media"):
        if name in found:
            before, after = found[name]
            yield from (f"- {name}: {line}" for line in (before or "").splitlines())
            yield from (f"+ {name}: {line}" for line in (after or "").splitlines())
    yield from (f"- question: {each}" for each in found["removed"])
    yield from (f"+ question: {each}" for each in found["added"])


def _outcome(outcome: Mapping[str, Any]) -> str:
    if outcome["article"]:
        return str(outcome["article"])
    return "a choice" if outcome["decision"] == "suggest" else "a person"
