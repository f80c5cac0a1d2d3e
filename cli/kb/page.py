"""The author's report is made here into one HTML page, which needs no network and no script."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from cli.kb.curve import drawn
from cli.kb.first_things import names_of, verdict

TEMPLATE = Path(__file__).with_suffix(".html")

MOST_LINKS = 10

_Section = tuple[str, str, str]
Names = Mapping[str, str]


def page(name: str, report: dict[str, Any], warnings: Sequence[dict[str, Any]]) -> str:
    """Return the page of a report that `kb check --json` prints; `name` is the knowledge base's."""
    names = names_of(report["articles"])
    sections = [
        ("help", "What would help most", _advice(report["advice"], names)),
        ("expected", "What to expect", _expected(report)),
        ("misplaced", "Questions to move", _misplaced(report["misplaced"], names)),
        ("confused", "Questions that fit two articles", _fits_two(report["fits_two"], names)),
        ("duplicates", "Asked in more than one article", _duplicates(report["duplicates"], names)),
        ("warnings", "Worth a second look", _warnings(warnings)),
        ("articles", "Articles", _articles(report["articles"], names)),
    ]
    shown = [section for section in sections if section[2]]
    summary = (
        f"{' '.join(verdict(report))} Every number comes from asking each phrasing as if its "
        "article did not have it."
    )
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        title=f"Knowledge base {escape(name)}",
        summary=escape(summary),
        nav=" ".join(f'<a href="#{anchor}">{escape(head)}</a>' for anchor, head, _ in shown),
        sections="\n".join(map(_section, shown)),
    )


def _section(section: _Section) -> str:
    anchor, heading, body = section
    head = f'<h2 id="{anchor}" tabindex="-1">{escape(heading)}</h2>'
    return f'<section aria-labelledby="{anchor}">{head}\n{body}</section>'


def _expected(report: dict[str, Any]) -> str:
    rows = [
        (
            percent(each["promise"], digits=0),
            percent(each["answered"]),
            percent(each["suggested"]),
            percent(each["precision"]),
        )
        for each in report["expected"]
    ]
    names = ("Promise", "Answered", "Offered a choice", "Right of the answers")
    return (
        "<p>At a promise, at least that share of automatic answers shall be right. Shares are of "
        "questions that have an article; the rest goes to a person.</p>\n"
        f"{_table(names, rows)}\n{drawn(report['curve'], report['expected'])}"
    )


def _advice(advice: Sequence[dict[str, Any]], names: Names) -> str:
    items = (
        f"<strong>{_links(each['articles'], ' and ', names)}</strong>: {escape(each['do'])} "
        f'<span class="soft">({escape(each["brings"])})</span>'
        for each in advice
    )
    return _list(items, "ol") or "<p>Every article has enough phrasings and is told apart.</p>"


def _misplaced(found: Sequence[dict[str, str]], names: Names) -> str:
    return _list(
        f"Move {_quote(each['text'])} from {_link(each['article'], names)} to "
        f"{_link(each['to'], names)}? That article takes it for its own. "
        "If it stands where it should, give its article more such questions."
        for each in found
    )


def _fits_two(found: Sequence[dict[str, str]], names: Names) -> str:
    return _list(
        f"{_quote(each['text'])} is in {_link(each['article'], names)}, and would be answered with "
        f"{_link(each['also'], names)}"
        for each in found
    )


def _duplicates(found: Sequence[dict[str, Any]], names: Names) -> str:
    return _list(
        f"{_quote(each['text'])} in {_links(each['articles'], ' and ', names)}" for each in found
    )


def _warnings(warnings: Sequence[dict[str, Any]]) -> str:
    return _list(
        f"{escape(each['file'])}:{each['line']}: {escape(each['field'])}: {escape(each['message'])}"
        for each in warnings
    )


def _articles(articles: Sequence[dict[str, Any]], names: Names) -> str:
    return "\n".join(_article(each, names) for each in articles)


def _article(article: dict[str, Any], names: Names) -> str:
    numbers = [f"{article['phrasings']} phrasings"]
    if article["missing_phrasings"]:
        numbers.append(f"{article['missing_phrasings']} more needed")
    for name, word in (("expected_answered", "answered"), ("expected_suggested", "offered")):
        if article[name] is not None:
            numbers.append(f"{percent(article[name], digits=0)} {word}")
    confused = sum(each["times"] for each in article["confused_with"])
    if confused:
        numbers.append(f"{confused} taken for another's")
    items = [
        f"like {_link(each['id'], names)} ({each['times']}): "
        f"{', '.join(map(_quote, each['sentences']))}"
        for each in article["confused_with"]
    ]
    body = _list(items) or "<p>Its phrasings find it.</p>"
    return (
        f'<details id="{_anchor(article["id"])}"><summary>'
        f"<strong>{escape(article['title'])}</strong> "
        f'<span class="soft">{escape(article["id"])}, {escape(article["language"])}, '
        f"{', '.join(numbers)}</span></summary>\n"
        f"{body}</details>"
    )


def _table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col" class="n">{escape(name)}</th>' for name in names)
    body = "\n".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(
            f'<td class="n" data-name="{escape(name)}"><span>{escape(cell)}</span></td>'
            for name, cell in zip(names[1:], row[1:], strict=True)
        )
        + "</tr>"
        for row in rows
    )
    head = head.replace(' class="n"', "", 1)
    return f'<table class="stack"><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table>'


def _list(items: Iterable[str], kind: str = "ul") -> str:
    found = "\n".join(f"<li>{item}</li>" for item in items)
    return f"<{kind}>\n{found}</{kind}>" if found else ""


def _links(ids: Sequence[str], between: str, names: Names) -> str:
    """Return links to articles, the first ten by name."""
    shown = between.join(_link(each, names) for each in ids[:MOST_LINKS])
    more = len(ids) - MOST_LINKS
    return f"{shown} and {more} more" if more > 0 else shown


def _link(article_id: str, names: Names) -> str:
    return f'<a href="#{_anchor(article_id)}">{escape(names[article_id])}</a>'


def _anchor(article_id: str) -> str:
    """Return an id of the page from any article's id, without spaces."""
    return "article-" + escape("-".join(article_id.split()))


def _quote(text: str) -> str:
    return f"<q>{escape(text)}</q>"


def percent(share: float | None, *, digits: int = 1) -> str:
    """Return a share as a percentage for people."""
    return "–" if share is None else f"{share:.{digits}%}"
