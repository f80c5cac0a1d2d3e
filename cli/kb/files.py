"""The `kb` commands share their options here, and reading, indexing and writing files."""

import json
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import click
from surgeline.knowledge.answering.evaluate import Query
from surgeline.knowledge.answering.index import (
    GREATEST_PROMISE,
    LEAST_PROMISE,
    MANAGED,
    TIERS,
    Index,
    TooManyPhrasings,
)
from surgeline.knowledge.answering.index import build as build_index
from surgeline.knowledge.answering.traffic import with_traffic
from surgeline.knowledge.arrays.artifact import CorruptIndex
from surgeline.knowledge.articles.jsonl import Article, KnowledgeRefused, Problem
from surgeline.knowledge.encoders.encoder import Encoder
from surgeline.knowledge.text.languages import LANGUAGES

from cli.console import Failed, WrongUse, plain, print_json
from cli.importers.headings import NO_WISHES, Wishes
from cli.importers.read import Source, read
from weights import fetch as weights

FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
KNOWLEDGE: Final = click.Path(exists=True, path_type=Path)
FOLDER: Final = click.Path(exists=True, file_okay=False, path_type=Path)
OUT: Final = click.Path(dir_okay=False, writable=True, path_type=Path)
MAX_SHOWN: Final = 20
T = TypeVar("T")

promise_option = click.option(
    "--promise",
    type=click.FloatRange(LEAST_PROMISE, GREATEST_PROMISE),
    metavar="0.5..0.999",
    default=0.95,
    show_default=True,
    help="The share of automatic answers that must be right.",
)
tier_option = click.option(
    "--tier",
    envvar="SURGELINE_TIER",
    type=click.Choice([weights.BEST, *TIERS, MANAGED]),
    default=weights.BEST,
    show_default=True,
    help="The way to compare texts, as of an instance. best is sentence where its libraries run. "
    "It fetches weights once (see `kb weights`). lexical needs only the file. managed asks a model "
    "of Amazon Bedrock as well, which SURGELINE_EMBEDDER names.",
)
traffic_option = click.option(
    "--traffic",
    type=FILE,
    help='Recent questions, a line of {"text"} each. The thresholds rest on them.',
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
    wishes: Wishes = NO_WISHES,
    lenient: bool = False,
) -> Source:
    """Return a knowledge base of any format; print its problems, one on each line, and exit."""
    try:
        return _told(
            lambda: read(
                file, language=language, languages=languages, wishes=wishes, lenient=lenient
            ),
            file,
            as_json=as_json,
        )
    except OSError as error:
        raise WrongUse(f"{file} can't be read: {error.strerror}.") from error


def source_at(
    address: str, *, as_json: bool = False, language: str | None = None, lenient: bool = False
) -> Source:
    """Return the knowledge base of a page or a sitemap; print its problems and exit."""
    from cli.importers.site import fetched, read_address, sender_for

    with sender_for(address) as sender:
        return _told(
            lambda: read_address(address, fetched(sender), language=language, lenient=lenient),
            address,
            as_json=as_json,
        )


def source_in(
    sitemap: Path, *, as_json: bool = False, language: str | None = None, lenient: bool = False
) -> Source:
    """Return the knowledge base of a saved sitemap's pages; print its problems and exit."""
    from cli.importers.site import fetched, read_sitemap, sender_for

    raw, name = read_bytes(sitemap), str(sitemap)
    with sender_for("") as sender:
        return _told(
            lambda: read_sitemap(name, raw, fetched(sender), language=language, lenient=lenient),
            sitemap,
            as_json=as_json,
        )


def _told(read_source: Callable[[], Source], name: str | Path, *, as_json: bool) -> Source:
    try:
        return read_source()
    except KnowledgeRefused as refused:
        if as_json:
            print_json({"problems": as_objects(refused.problems)})
            raise click.exceptions.Exit(1) from refused
        for problem in refused.problems:
            click.echo(plain(str(problem)))
        raise Failed(f"{len(refused.problems)} problem(s) in {name}.") from refused


def as_objects(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Return problems or warnings as JSON objects for programs."""
    return [
        {"file": each.file, "line": each.line, "field": each.field, "message": each.message}
        for each in problems
    ]


def say_warnings(warnings: Sequence[Problem]) -> None:
    """Print the warnings on standard error; standard output is the command's result alone."""
    for warning in warnings[:MAX_SHOWN]:
        say(f"warning: {plain(str(warning))}")
    if len(warnings) > MAX_SHOWN:
        say(f"and {len(warnings) - MAX_SHOWN} more warnings; --json lists them all")


def index_of(articles: Sequence[Article], promise: float, choice: str) -> Index:
    """Return the articles' index; its `tier` names the tier that was chosen. Raises Failed."""
    service = _service() if choice == MANAGED else ()
    choice = weights.BEST if service else choice
    tier = weights.meant(choice)
    try:
        encoders = (*weights.encoders_of(tier, say), *service)
        return build_index(articles, promise=promise, tier=tier, encoders=encoders)
    except weights.WeightsUnavailable as error:
        if choice != weights.BEST:
            raise Failed(str(error)) from error
        say(f"Tier {tier} can't be used here, so tier lexical answers. --tier {tier} says why.")
        return build_index(articles, promise=promise, encoders=service)
    except TooManyPhrasings as error:
        raise Failed(f"{error}. Split the knowledge base, or leave out the rarest.") from error


def _service() -> tuple[Encoder, ...]:
    """Return the encoder of a service. Raises Failed where none is turned on."""
    from cli.kb.managed import managed_encoder

    return (managed_encoder(),)


def adapted(index: Index, traffic: Path | None) -> Index:
    """Return the index with thresholds for the traffic in a file, or unchanged without a file."""
    return index if traffic is None else with_traffic(index, texts_of(traffic))


def index_in(file: Path, promise: float, tier: str, *, language: str | None = None) -> Index:
    """Return the index of an artifact or of a knowledge base; the artifact has its own ending."""
    if file.suffix != ".index":
        source = source_of(file, language=language, languages=None)
        return index_of(source.articles, promise, tier)
    try:
        index = Index.from_bytes(read_bytes(file))
        tier = next(each for each in reversed(TIERS) if index.digests.keys() >= {*TIERS[each]})
        service: tuple[Encoder, ...] = ()
        if MANAGED in index.digests:
            try:
                service = _service()
            except Failed as error:
                say(f"{error.message} So tier {tier} answers.")
        return index.equipped((*weights.encoders_of(tier, say), *service))
    except CorruptIndex as error:
        raise Failed(f"{file}: {error}.") from error
    except weights.WeightsUnavailable as error:
        raise Failed(str(error)) from error


def queries_of(file: Path) -> list[Query]:
    """Return the queries of a file, in order."""
    return _lines_of(file, _query, "no query; expected one a line")


def texts_of(file: Path) -> list[str]:
    """Return the texts of a file of traffic, in order; other fields of a line are ignored."""
    return _lines_of(file, _text, 'no question; expected {"text"} a line')


def _lines_of(file: Path, read_line: Callable[[dict[str, Any]], T], nothing: str) -> list[T]:
    """Return the value of every line of a file.

    Raises Failed, which names the lines without a value.
    """
    found: list[T] = []
    problems: list[str] = []
    for number, line in enumerate(read_bytes(file).split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            found.append(read_line(_object(line)))
        except ValueError as error:
            problems.append(f"{file}:{number}: {error}")
    if problems or not found:
        shown = problems[:MAX_SHOWN] or [f"{file}:1: {nothing}"]
        raise Failed("\n".join([*shown, f"{len(problems) or 1} problem(s) in {file}."]))
    return found


def say(words: str) -> None:
    """Tell the person who waits; standard output is the command's result alone."""
    click.echo(words, err=True)


def read_bytes(file: Path) -> bytes:
    """Return a file's bytes. Raises WrongUse."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise WrongUse(f"{file} can't be read: {error.strerror}.") from error


def write(file: Path, content: bytes) -> None:
    """Write a file at once and whole, so that a reader never sees half of it."""
    beside = file.with_name(f"{file.name}.new")
    try:
        beside.write_bytes(content)
        beside.replace(file)
    except OSError as error:
        raise WrongUse(f"{file} can't be written: {error.strerror}.") from error


def _object(line: bytes) -> dict[str, Any]:
    """Return the object of a line. Raises ValueError, which names the fault."""
    try:
        value: Any = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ValueError("not JSON in UTF-8; expected an object with a text") from error
    if not isinstance(value, dict):
        raise ValueError("expected an object with a text")  # noqa: TRY004 - a line's value
    return value


def _text(line: dict[str, Any]) -> str:
    text = line.get("text")
    if not isinstance(text, str):
        raise ValueError("text: expected a text")  # noqa: TRY004 - a line's value
    return text


def _query(line: dict[str, Any]) -> Query:
    text, article = _text(line), line.get("article")
    if article is not None and not isinstance(article, str):
        raise ValueError("article: expected an article's id, or null")
    return Query(text, article)
