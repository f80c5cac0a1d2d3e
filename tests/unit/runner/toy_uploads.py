"""The handler of toys that uploads wake: it notes who was woken by which key."""

from collections.abc import Mapping
from typing import Any

SEEN: list[tuple[str, str]] = []


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Note each record's key."""
    SEEN.extend((context.function_name, each["s3"]["object"]["key"]) for each in event["Records"])
    return {}
