"""A pack becomes one page here, which needs no network and runs nothing."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any, Final

from surgeline.reports.page.frame import framed, heading, table_of

QUIZ: Final = "Which article is right? The question is a customer's. Open it for the answer."
NO_QUIZ: Final = (
    "There is no question yet. A customer's question comes here once people have answered it with "
    "an article, or the customer has picked one. Make this page anew then."
)


def page_of(pack: Mapping[str, Any]) -> str:
    """Return the page of a pack."""
    name = pack["company"] or "the company"
    articles, topics = len(pack["articles"]), len(pack["topics"])
    return framed(
        title=f"Welcome, {pack['pool']}",
        finding=f"Here {name} tells you {articles} articles, and {topics} topics by frequency.",
        about="Made by surgeline pool onboard. It holds no name and no conversation of a customer.",
        parts=list(_parts(pack)),
    )


def _parts(pack: Mapping[str, Any]) -> Iterator[str]:
    yield heading("How you begin")
    yield _list(pack["begin"])
    yield heading("What customers ask, by frequency")
    rows = [(each["title"], f"{each['count']:,}") for each in pack["topics"]]
    yield (
        table_of("Topics of the last four weeks", ("Topic", "Conversations"), rows)
        if rows
        else "<p>No customer has written in the last four weeks.</p>"
    )
    yield heading("When to pass on")
    yield _list(pack["escalation"])
    yield heading("How to sound")
    tone = [(each["name"], each["language"], each["text"]) for each in pack["tone"]]
    yield (
        table_of("The company's own words", ("Where", "Language", "Words"), tone)
        if tone
        else ("<p>The company has no words of its own. Write as the articles do.</p>")
    )
    yield heading("In a crisis")
    yield from _crisis(pack["crisis"])
    yield heading("Articles")
    for each in pack["articles"]:
        note = f"<p><strong>{escape(each['note'])}</strong></p>" if each.get("note") else ""
        crisis = each.get("crisis_answer")
        calm = f"<p><strong>In a crisis:</strong></p>{_text(crisis)}" if crisis else ""
        yield _folded(f"{each['title']} ({each['language']})", note + _text(each["answer"]) + calm)
    yield heading("Quiz")
    yield f"<p>{QUIZ if pack['quiz'] else NO_QUIZ}</p>"
    articles = {each["id"]: each for each in pack["articles"]}
    for each in pack["quiz"]:
        choices = _list([one["title"] for one in each["choices"]])
        yield f"<p><strong>{escape(each['question'])}</strong></p>{choices}"
        right = articles[each["right"]]
        title = f"<p><strong>{escape(right['title'])}</strong></p>"
        yield _folded("The answer", title + _text(right["answer"]))
    yield heading("What your lead does before")
    yield _list(pack["checks"])
    if pack["conformance"]:
        points = [(e["point"], _holds(e), e["why"]) for e in pack["conformance"]]
        yield table_of("What the check found", ("Point", "It", "Why"), points)


def _holds(point: Mapping[str, Any]) -> str:
    return "holds" if point["passed"] else "fails"


def _crisis(profiles: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not profiles:
        yield "<p>No crisis is prepared.</p>"
    for each in profiles:
        said = [f"{language}: {text}" for language, text in sorted(each["preamble"].items())]
        if each["to_people"]:
            said.append(f"To people at once: {', '.join(each['to_people'])}.")
        yield f"<h3>{escape(each['id'])}</h3>{_list(said)}"
        words = [
            (name, language, text)
            for language, texts in sorted(each["texts"].items())
            for name, text in sorted(texts.items())
        ]
        if words:
            yield table_of(f"Words of {each['id']}", ("Where", "Language", "Words"), words)


def _list(texts: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(each)}</li>' for each in texts)}</ul>"


def _text(text: str) -> str:
    return "".join(f"<p>{escape(each)}</p>" for each in text.split("\n") if each.strip())


def _folded(head: str, body: str) -> str:
    return f"<details><summary>{escape(head)}</summary>{body}</details>"
