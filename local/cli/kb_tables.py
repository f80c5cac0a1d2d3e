"""What `surgeline kb` shows people: tables of a report and of an evaluation."""

from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from local.cli.console import plain

MAX_RIVALS = 3


def show_report(report: dict[str, Any], *, every: bool) -> None:
    """The expected shares, then the articles that need their author."""
    console = Console(markup=False, emoji=False, highlight=False)
    articles = report["articles"]
    console.print(f"{len(articles)} articles, {report['phrasings']} phrasings, no problems.")
    console.print(_expected(report["expected"]))
    for each in report["duplicates"]:
        console.print(f"In {' and '.join(each['articles'])}: {each['text']!r}")
    listed = articles if every else [each for each in articles if _needs_author(each)]
    if not listed:
        console.print("\nEvery article has enough phrasings and is told from the others.")
        return
    console.print(_articles(listed))
    if not every and len(listed) < len(articles):
        console.print(f"{len(articles) - len(listed)} more are fine; --all lists them.")


def show_evaluation(summary: dict[str, Any]) -> None:
    """One line a measure."""
    table = Table(show_header=False, box=None)
    for name, value in summary.items():
        shown = f"{value:.1%}" if isinstance(value, float) else "-" if value is None else str(value)
        table.add_row(name.replace("_", " "), shown)
    Console(markup=False, emoji=False, highlight=False).print(table)


def _expected(rows: list[dict[str, Any]]) -> Table:
    table = Table("Promise", "Expected answered", "Offered a choice", box=box.SIMPLE_HEAD)
    for row in rows:
        table.add_row(*(f"{row[name]:.0%}" for name in ("promise", "answered", "suggested")))
    return table


def _needs_author(article: dict[str, Any]) -> bool:
    return bool(article["missing_phrasings"] or article["confused_with"])


def _articles(articles: list[dict[str, Any]]) -> Table:
    table = Table("Article", "Phrasings", "Answered", "What would help", box=box.SIMPLE_HEAD)
    for each in articles:
        answered = each["expected_answered"]
        table.add_row(
            each["id"],
            str(each["phrasings"]),
            "-" if answered is None else f"{answered:.0%}",
            "\n".join(_help(each)),
        )
    return table


def _help(article: dict[str, Any]) -> list[str]:
    """What its author can do, the likeliest mistakes first."""
    missing, rivals = article["missing_phrasings"], article["confused_with"]
    lines = [f"{missing} more phrasings, to be answered at all"] if missing else []
    lines += [
        f"{plain(each['sentences'][0])!r} looks like {each['id']}" for each in rivals[:MAX_RIVALS]
    ]
    left = len(rivals) - MAX_RIVALS
    return [*lines, f"and {left} more"] if left > 0 else lines
