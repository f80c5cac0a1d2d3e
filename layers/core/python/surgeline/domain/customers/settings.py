"""The settings of the system that knows a company's customers are here."""

from dataclasses import dataclass
from typing import Literal

from surgeline.domain.ids import derived_id

Want = Literal["profile", "orders", "cases"]


@dataclass(frozen=True, slots=True)
class CustomerSettings:
    """The company's own system that knows its customers.

    `kind` says how it is reached at `url`, and `want` what is asked of it. With `cases` it is told
    when a customer asks for a person, and with `notes` how a pool ended that.
    """

    kind: str = "own"
    url: str = ""
    want: tuple[Want, ...] = ("profile", "orders", "cases")
    cases: bool = False
    notes: bool = False

    @property
    def system(self) -> str:
        """Return the system's own name. Another system may give the same ids to other people."""
        return derived_id("s", f"{self.kind} {self.url}", "customers")
