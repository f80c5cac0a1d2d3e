"""Why something of a file is left out is said here, by codes that pages put in their words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from surgeline.knowledge.articles.article import Problem

LEFT_OUT: Final[Mapping[str, str]] = {
    "unread": "could not be read",
    "again": "the same mail again",
    "no_sender": "mails without a sender",
    "list": "mails of lists",
    "machine": "machines' mails",
    "no_customer": "without the customer's words",
    "no_words": "without words",
    "closed": "the source calls them closed",
    "team_last": "the team had the last word",
}
"""Why tickets are left out."""

PROBLEMS: Final[Mapping[str, str]] = {
    "time": "{shown!r} is no time such as 2026-03-01T09:30:00Z",
    "too_many": "only the first {most:,} conversations of a file are read; divide it",
    "no_address": "the customer's address is missing, or longer than {most} characters",
    "no_headers": "this is no mail: it has no headers",
    "empty_file": "the file is empty; its first line names the columns",
    "row": "the row can't be read ({why})",
    "no_column": "no column is called {name!r}",
    "missing_column": "missing among the columns {there}; name it with {column}=COLUMN",
    "cells": "{cells} cells for {width} columns",
    "empty_cell": "the cell is empty",
    "no_object": "no object; expected {known}, or a conversation of Zendesk, Chatwoot or Intercom",
    "unknown_fields": "the fields are {there}; expected {known}, "
    "or a conversation of Zendesk, Chatwoot or Intercom",
    "no_message": "no object; expected {known}",
    "side": "{name!r} is neither customer nor team",
    "no_json": "not JSON ({why})",
}
"""What is wrong in a line."""


@dataclass(frozen=True, slots=True)
class PastProblem(Problem):
    """A problem of a line in a file, also as a code with its values."""

    code: str = ""
    values: Mapping[str, str | int] = field(default_factory=dict)


def problem_of(
    file: str, line: int, named: str, code: str, values: Mapping[str, str | int]
) -> PastProblem:
    """Return a problem of that code, said in English."""
    return PastProblem(file, line, named, PROBLEMS[code].format(**values), code, values)
