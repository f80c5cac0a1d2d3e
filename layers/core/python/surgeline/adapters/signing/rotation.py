"""Replacing an endpoint's secret with an overlap: all its values are good until that is finished.

What is signed carries a signature of each, and a signature of any is accepted (`endpoint_keys`).
"""

from surgeline.adapters.signing.standard_webhooks import MAX_SECRETS
from surgeline.application.ports.refusals import Absent
from surgeline.application.ports.secrets import Secrets
from surgeline.errors import Disagrees


def begin_rotation(secrets: Secrets, name: str, new: str) -> int:
    """Put a new secret before those there are; how many are good now.

    Once more it adds another one, so that none which was handed out is lost to a lost answer.
    Raises Absent, and Disagrees where there are as many as can be.
    """
    known = _known(secrets, name)
    if len(known) >= MAX_SECRETS:
        raise Disagrees(
            f"{len(known)} secrets of {name} are good already: finish the rotation first",
            state="rotating",
        )
    secrets.put(name, " ".join((new, *known)))
    return len(known) + 1


def finish_rotation(secrets: Secrets, name: str) -> int:
    """Drop all but the newest; how many were dropped. Raises Absent."""
    newest, *others = _known(secrets, name)
    if others:
        secrets.put(name, newest)
    return len(others)


def _known(secrets: Secrets, name: str) -> list[str]:
    known = (secrets.latest(name) or "").split()
    if not known:
        raise Absent(f"there is no secret of {name}")
    return known
