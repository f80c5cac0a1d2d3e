"""The step that the uses of an article allow is decided here: one up, or one back.

Everything is pure. The bounds are Wilson's. A step up needs a lower bound with 95 % confidence. A
step back needs an upper bound with 99.9 %, because it is looked for every day.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from surgeline.application.answers.states.ledger import Standing
from surgeline.application.knowledge_settings import StepRules
from surgeline.domain.shares import bounds
from surgeline.reports.closing import Event, Flag, Proof, Use

WINDOWS: Final = (5, 10, 20, 40)
"""The numbers of newest uses that are looked at, so that a change shows within 40 uses."""
Z_SURE: Final = 3.29
_NEXT: Final = {"assisted": "shadow", "shadow": "automated"}


def refusal_of(proof: Proof, before: str, after: str, rules: StepRules) -> str | None:
    """Return why the uses do not allow a step up, with the numbers, or None where they do."""
    low, _ = proof.closes
    if proof.uses < rules.uses:
        return f"it has {proof.uses} uses that count, and {rules.uses} are needed"
    if low < rules.closes:
        return (
            f"{proof.closed} of {proof.uses} uses closed their issue, so that {low:.0%} surely do "
            f"(Wilson, 95 %), and {rules.closes:.0%} are needed"
        )
    if proof.follow_ups > rules.follow_ups:
        return (
            f"after {proof.followed} of {proof.uses} uses the customer asked again "
            f"({proof.follow_ups:.0%}), and at most {rules.follow_ups:.0%} may"
        )
    sure = proof.precise[0]
    if (before, after) == ("shadow", "automated") and sure < rules.precise:
        return (
            f"{proof.right} of {proof.known} decisions beside people were right, so that "
            f"{sure:.0%} surely are (Wilson, 95 %), and {rules.precise:.0%} are needed"
        )
    return None


def next_step(proof: Proof, state: str, rules: StepRules) -> str | None:
    """Return the state that an article has earned, or None."""
    after = _NEXT.get(state)
    if after is None or refusal_of(proof, state, after, rules) is not None:
        return None
    return after


def fall_of(events: Iterable[Event], standing: Standing, rules: StepRules) -> str | None:
    """Return why an article has to be taken back, with the numbers, or None.

    Only what happened since `standing.counts_since` tells.
    """
    counting = [each for each in events if each.at >= standing.counts_since]
    uses = sorted((each for each in counting if isinstance(each, Use)), key=lambda each: each.at)
    flagged = dict.fromkeys(each.who for each in counting if isinstance(each, Flag))
    if len(flagged) >= rules.flags:
        return f"{len(flagged)} people rated it as wrong or outdated: {', '.join(flagged)}"
    for window in WINDOWS:
        if len(uses) >= window and (why := _window_fails(uses[-window:], rules)):
            return why
    return None


def _window_fails(uses: Sequence[Use], rules: StepRules) -> str | None:
    whole = len(uses)
    closed = sum(each.closed for each in uses)
    _, high = bounds(closed, whole, Z_SURE)
    if high < rules.closes:
        return (
            f"only {closed} of the last {whole} uses closed their issue, which is at most "
            f"{high:.0%} (Wilson, 99.9 %), and {rules.closes:.0%} are needed"
        )
    followed = sum(each.followed for each in uses)
    low, _ = bounds(followed, whole, Z_SURE)
    if low > rules.follow_ups:
        return (
            f"after {followed} of the last {whole} uses the customer asked again, which is at "
            f"least {low:.0%} (Wilson, 99.9 %), and at most {rules.follow_ups:.0%} may"
        )
    return None
