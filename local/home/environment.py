"""A function's environment has the topology's variables with the embedded home's values."""

from collections.abc import Sequence

from infra import topology
from infra.topology import Function
from weights.cache import cache_folder


def settings_of(
    function: Function,
    queues: Sequence[topology.Queue],
    *,
    tier: str = "lexical",
    embedder: str = "",
    tokens_a_month: int = 0,
) -> dict[str, str]:
    """Return the variables that the topology gives to a function, with this home's values."""
    values = {f"{queue.name.upper()}_QUEUE": queue.name for queue in queues}
    values |= {
        "TABLE": topology.TABLE,
        "BUCKET": topology.BUCKET,
        "SECRETS": "secrets",
        "SOCKETS": "sockets",
        "TIER": tier,
        "WEIGHTS": str(cache_folder()),
    }
    own = {f"SURGELINE_{name}": values[name] for name in function.settings}
    if not (embedder and function.encodes):
        return own
    return own | {
        "SURGELINE_EMBEDDER": embedder,
        "SURGELINE_TOKENS_A_MONTH": str(tokens_a_month),
    }
