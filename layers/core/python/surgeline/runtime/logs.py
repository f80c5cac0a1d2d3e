"""Structured logs: one JSON line a record, named fields only, and never customer text."""

from collections.abc import Callable

from aws_lambda_powertools import Logger

Log = Callable[..., None]


def log_of(function: str, level: str = "INFO") -> tuple[Log, Log]:
    """A function's `info` and `alarm` (error level, what alarms count); fields by keyword."""
    logger = Logger(service=function, level=level, utc=True, location=None)

    def info(message: str, **fields: object) -> None:
        logger.info(message, extra=fields)

    def alarm(message: str, **fields: object) -> None:
        logger.error(message, extra=fields)

    return info, alarm
