"""Structured logs: one JSON line a record, named fields only, and never customer text."""

import json
import sys
from collections.abc import Callable
from typing import TextIO, cast

from aws_lambda_powertools import Logger

Log = Callable[..., None]

_AS_ASCII = json.JSONEncoder(ensure_ascii=True, default=str, separators=(",", ":")).encode
"""Whatever a field has in it, it can't start a new line or steer a terminal."""


class _Stdout:
    """Standard output as it is at the time of writing; a whole line in one call."""

    def write(self, text: str) -> int:
        return sys.stdout.write(text)

    def flush(self) -> None:
        sys.stdout.flush()


def log_of(function: str, level: str = "INFO") -> tuple[Log, Log]:
    """A function's `info` and `alarm` (error level, what alarms count); fields by keyword."""
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
    logger.setLevel(level.upper())  # loggers are kept by name; the level asked for last holds

    def info(message: str, **fields: object) -> None:
        logger.info(message, extra=fields)

    def alarm(message: str, **fields: object) -> None:
        logger.error(message, extra=fields)

    return info, alarm
