"""`surgeline kb import` turns a knowledge base of any format into the canonical JSONL."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
from surgeline.knowledge.articles.jsonl import Article, KnowledgeRefused, to_jsonl

from cli.console import WrongUse, counted, example, json_option, plain, print_json
from cli.importers.difference import Difference, difference
from cli.importers.headings import Wishes, WrongColumns, wishes_of
from cli.importers.read import JSONL, Source, read
from cli.kb.files import (
    KNOWLEDGE,
    MAX_SHOWN,
    OUT,
    as_objects,
    language_option,
    say,
    say_warnings,
    source_at,
    source_in,
    source_of,
    write,
)

SITEMAP = ".xml"


class FileOrAddress(click.ParamType[Path | str]):
    """A file or folder that is there, or the address of a page."""

    name = "file"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> Path | str:
        """Return the address as it is, or the path. Fails where nothing is there."""
        if value.lower().startswith(("https://", "http://")):
            return value
        path: Path = KNOWLEDGE.convert(value, param, ctx)
        return path


@click.command(
    name="import",
    epilog=example(
        "surgeline kb import faq.csv --language ko --dry-run",
        "surgeline kb import faq.html -o shop.jsonl",
        "surgeline kb import https://shop.example/sitemap.xml",
        "surgeline kb import faq.csv --columns question=q_en,answer=a_en",
    ),
)
@click.argument("file", type=FileOrAddress())
@click.option("-o", "--out", type=OUT, help="The knowledge base to write (default: FILE.jsonl).")
@language_option
@click.option(
    "--columns",
    metavar="question=NAME,answer=NAME",
    help="The file's own names of columns or fields, where they are not understood.",
)
@click.option("--strict", is_flag=True, help="Write nothing if anything is wrong in FILE.")
@click.option("--dry-run", is_flag=True, help="Show what would change and write nothing.")
@json_option
def import_(
    *,
    file: Path | str,
    out: Path | None,
    language: str | None,
    columns: str | None,
    strict: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Read FILE (CSV, XLSX, HTML, Markdown, a folder of these two, JSON) and write articles.

    FILE may be the https address of a page or of a sitemap as well. Its pages are fetched.

    Any names of columns are understood, or named with --columns. An article with a problem is left
    out and told; with --strict nothing is written then. The file at --out is replaced as a whole.
    Importing the same file again changes nothing.
    """
    target = out or _beside(file)
    wishes = _wishes(columns)
    if isinstance(file, str):
        source = source_at(file, as_json=as_json, language=language, lenient=not strict)
    elif file.suffix.lower() == SITEMAP:
        source = source_in(file, as_json=as_json, language=language, lenient=not strict)
    else:
        source = source_of(
            file, as_json=as_json, language=language, wishes=wishes, lenient=not strict
        )
    found = difference(_articles_at(target), source.articles)
    canonical = to_jsonl(source.articles)
    if not dry_run and not (target.exists() and target.read_bytes() == canonical):
        write(target, canonical)
    if as_json:
        print_json(_as_object(source, found, target, dry_run=dry_run))
        return
    say_warnings(source.warnings)
    _show(source, found, target, dry_run=dry_run)


def _wishes(columns: str | None) -> Wishes:
    try:
        return wishes_of(columns)
    except WrongColumns as error:
        raise WrongUse(f"--columns: {error}") from error


def _beside(file: Path | str) -> Path:
    if isinstance(file, str):
        return Path(f"{urlsplit(file).hostname or 'page'}.jsonl")
    target = file.with_suffix(".jsonl") if file.is_file() else file.with_name(f"{file.name}.jsonl")
    if file.suffix.lower() in JSONL and target == file:
        raise WrongUse(f"{file} is JSONL already; say with --out where to write the canonical file")
    return target


def _articles_at(target: Path) -> tuple[Article, ...]:
    """Return the articles that the target holds now.

    Raises WrongUse for a file that is no knowledge base, because such a file is never overwritten.
    """
    if not target.exists():
        return ()
    try:
        return read(target, languages=None).articles
    except KnowledgeRefused as refused:
        if target.stat().st_size == 0:
            return ()
        message = f"{target} is there and is no knowledge base ({refused.problems[0].message})"
        raise WrongUse(f"{message}; remove it, or choose another --out") from refused


def _as_object(source: Source, found: Difference, target: Path, *, dry_run: bool) -> dict[str, Any]:
    return {
        "problems": [],
        "warnings": as_objects(source.warnings),
        "left_out": as_objects(source.left_out),
        "format": source.format,
        "encoding": source.encoding,
        "file": str(target),
        "written": not dry_run,
        "articles": len(source.articles),
        "added": list(found.added),
        "changed": [{"id": each.id, "fields": list(each.fields)} for each in found.changed],
        "removed": list(found.removed),
        "unchanged": found.unchanged,
    }


def _show(source: Source, found: Difference, target: Path, *, dry_run: bool) -> None:
    for problem in source.left_out[:MAX_SHOWN]:
        say(f"left out: {plain(str(problem))}")
    if len(source.left_out) > MAX_SHOWN:
        say(f"and {len(source.left_out) - MAX_SHOWN} more problems; --json lists them all")
    click.echo(f"{source.format} in {source.encoding}: {counted(len(source.articles), 'article')}")
    if source.left_out:
        places = len({(each.file, each.line) for each in source.left_out})
        click.echo(f"{places} left out; mend these lines and import again")
    _list("+", [plain(id_) for id_ in found.added])
    _list("~", [f"{plain(each.id)} ({', '.join(each.fields)})" for each in found.changed])
    _list("-", [plain(id_) for id_ in found.removed])
    click.echo(
        f"{len(found.added)} added, {len(found.changed)} changed, {len(found.removed)} removed, "
        f"{found.unchanged} unchanged"
    )
    if dry_run:
        say(f"Nothing was written; without --dry-run it would be {target}.")
    else:
        click.echo(f"{target} is up to date" if found.is_empty else f"{target} written")


def _list(mark: str, names: list[str]) -> None:
    for name in names[:MAX_SHOWN]:
        click.echo(f"  {mark} {name}")
    if len(names) > MAX_SHOWN:
        click.echo(f"  {mark} and {len(names) - MAX_SHOWN} more")
