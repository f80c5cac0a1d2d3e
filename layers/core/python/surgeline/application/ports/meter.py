"""The port of numbers that a home draws and rings by lives here."""

from collections.abc import Mapping
from typing import Protocol


class Meter(Protocol):
    """Tells the home's own monitoring the numbers of this moment, if the home has any."""

    def tell(self, numbers: Mapping[str, float]) -> None:
        """Tell each number by its name. Numbers that are 0 are left out, and read as nothing."""


class NoMeter:
    """A Meter for a home without monitoring of its own."""

    def tell(self, numbers: Mapping[str, float]) -> None:
        """Tell nobody."""
        del numbers
