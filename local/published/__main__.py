"""`make schemas` writes the published files to the folder from which the functions serve them."""

import json
import shutil
from pathlib import Path
from typing import Any

from local.published import customer_data
from local.published.openapi import document
from local.published.schemas import schemas

FOLDER = Path(__file__).parents[2] / "functions" / "web_chat" / "published"


def files() -> dict[str, str]:
    """Return every file's text by its name."""
    named = {"openapi": document(), "customer-data": customer_data.document(), **schemas()}
    return {f"{name}.json": _text(each) for name, each in named.items()}


def write(folder: Path = FOLDER) -> None:
    """Replace the folder's files by the files of now."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, text in files().items():
        (folder / name).write_text(text, encoding="utf-8")


def _text(value: dict[str, Any]) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    write()
