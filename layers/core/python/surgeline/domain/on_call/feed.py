"""The link of a person's calendar has a number, so that a new link ends the one before."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Feed:
    """The link's number, and whether it opens the calendar."""

    number: int = 0
    is_open: bool = False
    schema: int = 1
