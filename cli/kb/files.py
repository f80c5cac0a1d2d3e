"""What the `kb` commands share: their options, and reading, indexing and writing files."""

import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, Final

import click
from surgeline.knowledge.answering.evaluate import Query
from surgeline.knowledge.answering.index import (
    GREATEST_PROMISE,
    LEAST_PROMISE,
    LEXICAL,
    TIERS,
    Index,
    TooManyPhrasings,
)
from surgeline.knowledge.answering.index import build as build_index
from surgeline.knowledge.arrays.artifact import CorruptIndex
from surgeline.knowledge.articles.jsonl import Article, KnowledgeRefused, Problem
from surgeline.knowledge.text.languages import LANGUAGES

from cli.console import Failed, WrongUse, plain, print_json
from cli.importers.read import Source, read
from weights import fetch as weights

FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
KNOWLEDGE: Final = click.Path(exists=True, path_type=Path)
FOLDER: Final = click.Path(exists=True, file_okay=False, path_type=Path)
OUT: Final = click.Path(dir_okay=False, writable=True, path_type=Path)
MAX_SHOWN: Final = 20

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
BEST: Final = "best"
SENTENCE: Final = "sentence"
best_tier_option = click.option(
    "--tier",
    type=click.Choice([BEST, *TIERS]),
    default=BEST,
    show_default=True,
    help="What compares texts. best: sentence, whose weights are fetched once, or lexical where "
    "they can't be had.",
)
language_option = click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    help="The language of articles that name none (CSV without such a column, Markdown, QnABot).",
)


def source_of(
    file: Path,
    *,
    as_json: bool = False,
    language: str | None = None,
    languages: Collection[str] | None = LANGUAGES,
) -> Source:
    """A knowledge base of any format; its problems are printed, one a line, and end the command."""
    try:
        return read(file, language=language, languages=languages)
    except KnowledgeRefused as refused:
        if as_json:
            print_json({"problems": as_objects(refused.problems)})
            raise click.exceptions.Exit(1) from refused
        for problem in refused.problems:
            click.echo(plain(str(problem)))
        raise Failed(f"{len(refused.problems)} problem(s) in {file}.") from refused
    except OSError as error:
        raise WrongUse(f"{file} can't be read: {error.strerror}.") from error


def as_objects(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Problems or warnings for programs."""
    return [
        {"file": each.file, "line": each.line, "field": each.field, "message": each.message}
        for each in problems
    ]


def say_warnings(warnings: Sequence[Problem]) -> None:
    """Tell what is doubtful; the standard output is the command's result alone."""
    for warning in warnings[:MAX_SHOWN]:
        say(f"warning: {plain(str(warning))}")
    if len(warnings) > MAX_SHOWN:
        say(f"and {len(warnings) - MAX_SHOWN} more warnings; --json lists them all")


def index_of(articles: Sequence[Article], promise: float, tier: str) -> Index:
    """The articles' index, its `tier` saying what `best` was. Raises Failed."""
    try:
        encoders = weights.encoders_of(SENTENCE if tier == BEST else tier, say)
    except weights.WeightsUnavailable as error:
        if tier != BEST:
            raise Failed(str(error)) from error
        say("Tier sentence can't be had here, so lexical answers; --tier sentence says why.")
        return index_of(articles, promise, LEXICAL)
    tier = SENTENCE if tier == BEST else tier
    try:
        return build_index(articles, promise=promise, tier=tier, encoders=encoders)
    except TooManyPhrasings as error:
        raise Failed(f"{error}. Split the knowledge base, or leave out the rarest.") from error


def index_in(file: Path, promise: float, tier: str, *, language: str | None = None) -> Index:
    """The index of an artifact or of a knowledge base, told apart by the artifact's ending."""
    if file.suffix != ".index":
        source = source_of(file, language=language, languages=None)
        return index_of(source.articles, promise, tier)
    try:
        index = Index.from_bytes(read_bytes(file))
        return Index.from_bytes(read_bytes(file), encoders=weights.encoders_of(index.tier, say))
    except CorruptIndex as error:
        raise Failed(f"{file}: {error}.") from error
    except weights.WeightsUnavailable as error:
        raise Failed(str(error)) from error


def queries_of(file: Path) -> list[Query]:
    """The queries of a file, in order."""
    queries: list[Query] = []
    problems: list[str] = []
    for number, line in enumerate(read_bytes(file).split(b"\n"), 1):
        if not line.strip():
            continue
        query = _query(line)
        if isinstance(query, Query):
            queries.append(query)
        else:
            problems.append(f"{file}:{number}: {query}")
    if problems or not queries:
        shown = problems[:MAX_SHOWN] or [f"{file}:1: no query; expected one a line"]
        raise Failed("\n".join([*shown, f"{len(problems) or 1} problem(s) in {file}."]))
    return queries


def say(words: str) -> None:
    """Tell the person who waits; the standard output is the command's result alone."""
    click.echo(words, err=True)


def read_bytes(file: Path) -> bytes:
    """A file's bytes. Raises WrongUse."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise WrongUse(f"{file} can't be read: {error.strerror}.") from error


def write(file: Path, content: bytes) -> None:
    """Write at once and whole: a reader never sees half of it."""
    beside = file.with_name(f"{file.name}.new")
    try:
        beside.write_bytes(content)
        beside.replace(file)
    except OSError as error:
        raise WrongUse(f"{file} can't be written: {error.strerror}.") from error


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
