"""A page is written to a file here, as `surgeline.reports.page.frame` makes it."""

from pathlib import Path

from cli.console import Failed


def write(file: Path, text: str) -> None:
    """Write a page to a file. Raises Failed."""
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Failed(f"{file} can't be written: {error.strerror}") from error
