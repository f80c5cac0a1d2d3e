"""An offer that was made before the customer was known is made anew here, where others go first.

The first offer never waits for the company's system. So what is known of a customer may come a
moment after it.
"""

from dataclasses import replace
from typing import Final

from surgeline.domain.customers.segment import Traits
from surgeline.domain.routing import Ask, route
from surgeline.domain.turn import Turn
from surgeline.domain.waiting.asking import ask_of, find, make_offers, traits_of, withdraw_all

ANEW_MS: Final = 5_000
"""So long after the request its offers may be made anew. Later somebody may be reading already."""


def rank_anew(turn: Turn) -> None:
    """Withdraw the open offers if the customer's segments choose other pools, and ask those.

    An offer stays that went to the pool which had the customer, or which somebody named.
    """
    handoff = turn.handoff
    is_late = turn.facts.now - handoff.since > ANEW_MS
    if is_late or any(each.preferred for each in handoff.offers):
        return
    known = traits_of(turn)
    chosen = _chosen(turn, known)
    asked = {each.pool_id for each in handoff.offers}
    if not chosen or chosen <= asked or chosen == _chosen(turn, replace(known, known=None)):
        return
    withdraw_all(turn, "reassigned")
    make_offers(turn, find(turn))


def _chosen(turn: Turn, traits: Traits) -> set[str]:
    """Return the pools that a customer with these traits would be offered to now."""
    facts = turn.facts
    ask: Ask = replace(ask_of(turn), traits=traits)
    found = route(facts.policy, facts.pools, ask, now=facts.now, backlog=facts.backlog)
    return {pool.id for pool, _ in found.offers}
