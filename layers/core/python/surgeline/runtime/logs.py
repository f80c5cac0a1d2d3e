"""Structured logs have one JSON line a record, named fields only, and never customer text."""

import json
import sys
from collections.abc import Callable
from typing import TextIO, cast

from aws_lambda_powertools import Logger

Log = Callable[..., None]

_AS_ASCII = json.JSONEncoder(ensure_ascii=True, default=str, separators=(",", ":")).encode
"""Escapes every field, so that no field can start a new line or steer a terminal."""


class _Stdout:
    """Standard output, looked up at the time of writing. A whole line goes out in one call."""

    def write(self, text: str) -> int:
        return sys.stdout.write(text)

    def flush(self) -> None:
        sys.stdout.flush()


def log_of(function: str, level: str = "INFO") -> tuple[Log, Log]:
    """Return a function's `info` and `alarm`, which take fields by keyword.

    `alarm` writes at error level, and alarms count those lines.
    """
    logger = Logger(
        service=function,
        level=level.upper(),
        stream=cast(TextIO, _Stdout()),
        json_serializer=_AS_ASCII,
        json_deserializer=str,  # a message is a word; reading each as JSON costs a fifth of a line
        use_rfc3339=True,
        utc=True,
        location=None,
    )
    logger.setLevel(level.upper())  # Loggers are kept by name, so the level asked for last holds.

    def info(message: str, **fields: object) -> None:
        logger.info(message, extra=fields)

    def alarm(message: str, **fields: object) -> None:
        logger.error(message, extra=fields)

    return info, alarm
