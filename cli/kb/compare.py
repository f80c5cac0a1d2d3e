"""`surgeline kb diff` and `surgeline kb test` show the effect of changed articles on answers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from surgeline.knowledge.answering.evaluate import Query
from surgeline.knowledge.answering.index import Index
from surgeline.knowledge.answering.verdict import Verdict
from surgeline.knowledge.text.languages import LANGUAGES

from cli.console import Failed, example, json_option, plain, print_json
from cli.kb.files import (
    FILE,
    KNOWLEDGE,
    index_in,
    language_option,
    promise_option,
    queries_of,
    say,
    tier_option,
)

MAX_SHOWN = 50


@click.command(
    name="diff",
    epilog=example("surgeline kb diff shop.index samples/shop.jsonl --queries questions.jsonl"),
)
@click.argument("before", type=KNOWLEDGE)
@click.argument("after", type=KNOWLEDGE)
@click.option("--queries", type=FILE, required=True, help='Lines of {"text", "article": id|null}.')
@language_option
@promise_option
@tier_option
@json_option
def diff(
    *,
    before: Path,
    after: Path,
    queries: Path,
    language: str | None,
    promise: float,
    tier: str,
    as_json: bool,
) -> None:
    """Show which questions are judged differently by AFTER than by BEFORE.

    Each of the two is a knowledge base, or an artifact (.index), which keeps its own tier and
    promise. A file of questions may leave out `article`.
    """
    one, two = (index_in(file, promise, tier, language=language) for file in (before, after))
    asked = queries_of(queries)
    rows = [_compared(query, one.judge(query.text), two.judge(query.text)) for query in asked]
    changed = [row for row in rows if row["before"] != row["after"]]
    if as_json:
        print_json({"questions": len(rows), "changed": changed})
        return
    for row in changed[:MAX_SHOWN]:
        click.echo(
            f"{plain(row['text'])!r}: {_in_words(row['before'])} -> {_in_words(row['after'])}"
        )
    if len(changed) > MAX_SHOWN:
        click.echo(f"and {len(changed) - MAX_SHOWN} more; --json lists them all")
    click.echo(f"{len(changed)} of {len(rows)} questions change their decision")


@click.command(
    name="test", epilog=example("surgeline kb test questions.jsonl --kb samples/shop.jsonl")
)
@click.argument("file", type=FILE)
@click.option("--kb", "knowledge", type=KNOWLEDGE, required=True, help="Articles, or an artifact.")
@click.option("--answered", is_flag=True, help="An article that is only offered is a failure.")
@language_option
@promise_option
@tier_option
@json_option
def test(
    *,
    file: Path,
    knowledge: Path,
    answered: bool,
    language: str | None,
    promise: float,
    tier: str,
    as_json: bool,
) -> None:
    """Ask the questions of FILE and check that each finds its article. Exits 1 where one does not.

    A line is {"text", "article": id}. That article must be the answer, or be offered. The id of an
    article with variants stands for each of its languages. With "article": null the question must
    not be answered.
    """
    index = index_in(knowledge, promise, tier, language=language)
    asked = queries_of(file)
    _check_known(file, asked, index)
    failures = [
        failure
        for query in asked
        if (failure := _failure(query, index.judge(query.text), answered=answered))
    ]
    if as_json:
        print_json({"questions": len(asked), "failures": failures})
    else:
        for failure in failures:
            click.echo(
                f"{plain(failure['text'])!r}: expected {_wanted(failure['expected'])}, "
                f"but {_in_words(failure)}"
            )
        click.echo(f"{len(asked) - len(failures)} of {len(asked)} questions as expected")
    if failures:
        raise click.exceptions.Exit(1)


def _check_known(file: Path, asked: Sequence[Query], index: Index) -> None:
    """Raise Failed for an expected article that is a mistake in the file, or was removed."""
    unknown = sorted(
        {
            wanted
            for each in asked
            if (wanted := each.article) and not any(_is(wanted, a.id) for a in index.articles)
        }
    )
    for article in unknown:
        say(f"{file}: the knowledge base has no article {plain(article)!r}")
    if unknown:
        raise Failed(f"{len(unknown)} unknown article(s) in {file}.")


def _compared(query: Query, before: Verdict, after: Verdict) -> dict[str, Any]:
    return {"text": query.text, "before": _outcome(before), "after": _outcome(after)}


def _outcome(verdict: Verdict) -> dict[str, Any]:
    """Return the customer's outcome: an article, choices, or a person."""
    return {
        "decision": verdict.kind,
        "article": verdict.article_id,
        "choices": list(verdict.choices),
    }


def _failure(query: Query, verdict: Verdict, *, answered: bool) -> dict[str, Any] | None:
    """Return the difference between a verdict and the expectation; None where there is none."""
    if query.article is None:
        passed = verdict.kind != "answer"
    else:
        shown = [verdict.article_id, *(() if answered else verdict.choices)]
        passed = any(_is(query.article, found) for found in shown if found)
    if passed:
        return None
    return {
        "text": query.text,
        "expected": query.article,
        **_outcome(verdict),
        "reason": verdict.reason,
    }


def _is(wanted: str, article: str) -> bool:
    """Return whether an article is the wanted one, or the variant of it in some language."""
    return article == wanted or article in {f"{wanted}.{language}" for language in LANGUAGES}


def _wanted(article: str | None) -> str:
    return "no answer" if article is None else plain(article)


def _in_words(outcome: dict[str, Any]) -> str:
    if outcome["decision"] == "answer":
        return f"answered {plain(outcome['article'])}"
    if outcome["decision"] == "suggest":
        return f"offered {plain(', '.join(outcome['choices']))}"
    return "handed to a person"
