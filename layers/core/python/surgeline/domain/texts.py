"""Filling placeholders: `{name|fallback}` and nothing more. Texts are data, never evaluated."""

import re
from collections.abc import Mapping

_PLACEHOLDER = re.compile(r"\{([a-z_]{1,40})(?:\|([^{}]{0,200}))?\}")


def fill(text: str, values: Mapping[str, str | None]) -> str:
    """The text with each placeholder replaced by its value, its fallback, or nothing."""
    return _PLACEHOLDER.sub(lambda m: values.get(m[1]) or m[2] or "", text)
