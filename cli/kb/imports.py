"""`surgeline kb import` turns a knowledge base of any format into the canonical JSONL."""

from pathlib import Path
from typing import Any

import click
from surgeline.knowledge.articles.jsonl import Article, KnowledgeRefused, to_jsonl

from cli.console import WrongUse, example, json_option, plain, print_json
from cli.importers.difference import Difference, difference
from cli.importers.read import JSONL, Source, read
from cli.kb.files import (
    KNOWLEDGE,
    MAX_SHOWN,
    OUT,
    as_objects,
    language_option,
    say,
    say_warnings,
    source_of,
    write,
)


@click.command(
    name="import",
    epilog=example(
        "surgeline kb import faq.csv --language ko --dry-run",
        "surgeline kb import articles/ -o shop.jsonl",
        "surgeline kb import qna.json --language en",
    ),
)
@click.argument("file", type=KNOWLEDGE)
@click.option("-o", "--out", type=OUT, help="The knowledge base to write (default: FILE.jsonl).")
@language_option
@click.option("--dry-run", is_flag=True, help="Show what would change and write nothing.")
@json_option
def import_(
    *, file: Path, out: Path | None, language: str | None, dry_run: bool, as_json: bool
) -> None:
    """Read FILE (CSV, Markdown, a folder of it, QnABot's export, JSONL) and write articles.

    The file at --out is replaced as a whole. Importing the same file again changes nothing. A file
    with a problem writes nothing.
    """
    target = out or _beside(file)
    source = source_of(file, as_json=as_json, language=language)
    found = difference(_articles_at(target), source.articles)
    canonical = to_jsonl(source.articles)
    if not dry_run and not (target.exists() and target.read_bytes() == canonical):
        write(target, canonical)
    if as_json:
        print_json(_as_object(source, found, target, dry_run=dry_run))
        return
    say_warnings(source.warnings)
    _show(source, found, target, dry_run=dry_run)


def _beside(file: Path) -> Path:
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
    click.echo(f"{source.format} in {source.encoding}: {len(source.articles)} articles")
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
