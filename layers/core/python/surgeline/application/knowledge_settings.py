"""The company's rules for articles stand here: who changes them, and what lets them rise."""

from dataclasses import dataclass, field
from typing import Literal

Overdue = Literal["answer", "offer", "pause"]
"""What an article does while its review is due."""


@dataclass(frozen=True, slots=True)
class StepRules:
    """The rules by which an article rises to `shadow` and `automated`, and is taken back.

    An article rises after `uses` uses, where the lower bound of its close rate is `closes` or more,
    and at most a share of `follow_ups` was followed by another question. In `shadow` the lower
    bound of its right decisions has to be `precise` or more as well. It falls where that many
    people (`flags`) rate it as wrong. `by_itself` says which steps the instance takes without a
    person: `none`, only to `fall`, or `both`. `new_articles` is the state of an article that is new
    and names none.
    """

    uses: int = 20
    closes: float = 0.7
    follow_ups: float = 0.3
    precise: float = 0.8
    flags: int = 2
    by_itself: Literal["none", "fall", "both"] = "fall"
    new_articles: Literal["automated", "assisted", "draft"] = "automated"


@dataclass(frozen=True, slots=True)
class KnowledgeSettings:
    """How articles are changed and reviewed.

    With `second_person` a draft is approved by somebody else than its author, and whole knowledge
    bases are published by admins alone. `when_overdue` says what an article does whose review is
    due: `answer` as before, only `offer` itself as a choice, or `pause`. An article may have a rule
    of its own. `stop_when_due` is the former word for `offer`. `steps` says what lets an article
    rise and fall.
    """

    second_person: bool = False
    stop_when_due: bool = False
    when_overdue: Overdue = "answer"
    steps: StepRules = field(default_factory=StepRules)

    @property
    def overdue(self) -> Overdue:
        """Return the rule of articles that have none of their own."""
        return (
            "offer" if self.stop_when_due and self.when_overdue == "answer" else self.when_overdue
        )
