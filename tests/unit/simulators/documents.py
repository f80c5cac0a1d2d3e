"""The two documents and their examples, as the tests read them."""

import json
import re
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

DOCS = Path(__file__).parents[3] / "docs"
CHANNEL_API, POOL_PROTOCOL = DOCS / "channel-api.md", DOCS / "pool-protocol.md"
EXAMPLES = DOCS / "examples"


def blocks(document: Path, language: str) -> list[str]:
    """Return the fenced blocks of one language."""
    return re.findall(rf"```{language}\n(.*?)```", document.read_text(encoding="utf-8"), re.DOTALL)


def examples(document: Path) -> list[dict[str, Any]]:
    """Return the JSON examples."""
    return [json.loads(block) for block in blocks(document, "json")]


def example_event(document: Path, kind: str) -> dict[str, Any]:
    """Return the JSON example of one type of event."""
    return next(each for each in examples(document) if each.get("type") == kind)


def load(name: str) -> ModuleType:
    """Load an example as a module of its own, without running the program below its guard."""
    spec = spec_from_file_location(f"example_{name}", EXAMPLES / f"{name}.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def like(documented: Any, real: Any) -> bool:
    """Whether a real value has the documented one's shape: the same keys, the same types.

    null and an empty list in either are the shape of anything of that place.
    """
    if documented is None or real is None:
        return True
    if isinstance(documented, dict) and isinstance(real, dict):
        return set(documented) == set(real) and all(
            like(documented[key], real[key]) for key in documented
        )
    if isinstance(documented, list) and isinstance(real, list):
        return all(like(documented[0], each) for each in real) if documented else True
    return type(documented) is type(real)
