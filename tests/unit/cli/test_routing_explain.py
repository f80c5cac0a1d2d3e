"""The command `surgeline routing explain` shows each look at the pools with every reason."""

from cli.routing import reasons


def test_every_pool_that_was_looked_at_has_its_reason() -> None:
    """The event, the decision and the lines that the writer kept."""
    entry = {
        "at": "2026-03-01T12:00:00.000Z",
        "seq": 4,
        "event": "offer_declined",
        "decision": "offer declined",
        "why": "vendor: busy",
        "routing": ["step 1: vendor: asked before", "step 1: night: outside its hours"],
    }
    assert list(reasons([entry])) == [
        "2026-03-01T12:00:00.000Z  #4 offer declined",
        "    decided: offer declined (vendor: busy)",
        "    step 1: vendor: asked before",
        "    step 1: night: outside its hours",
    ]
