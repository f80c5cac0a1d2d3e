"""An endpoint's secret is replaced here. All its secrets are good until the rotation is finished.

A message is signed with each of them, and a signature with any of them is accepted
(`endpoint_keys`).
"""

from surgeline.adapters.signing.standard_webhooks import MAX_SECRETS
from surgeline.application.ports.refusals import Absent, Changed
from surgeline.application.ports.secrets import Secrets
from surgeline.errors import Disagrees

TRIES = 5


def begin_rotation(secrets: Secrets, name: str, new: str) -> int:
    """Put a new secret before the present ones, and return how many are good now.

    A second begin adds another secret, so that every secret that was handed out stays good. This
    also holds after a lost answer, or when two operators begin at once. Raises Absent, and
    Disagrees if there can be no more secrets.
    """
    for _ in range(TRIES):
        stored = _stored(secrets, name)
        known = stored.split()
        if len(known) >= MAX_SECRETS:
            raise Disagrees(
                f"{len(known)} secrets of {name} are good already: finish the rotation first",
                state="rotating",
            )
        try:
            secrets.swap(name, " ".join((new, *known)), was=stored)
        except Changed:
            continue
        return len(known) + 1
    raise Disagrees(f"others are rotating the secret of {name}; nothing was changed, try again")


def finish_rotation(secrets: Secrets, name: str) -> int:
    """Drop all secrets but the newest, and return how many were dropped.

    Raises Absent, Disagrees.
    """
    stored = _stored(secrets, name)
    newest, *others = stored.split()
    if others:
        try:
            secrets.swap(name, newest, was=stored)
        except Changed as error:
            raise Disagrees(f"others are rotating the secret of {name}; look again") from error
    return len(others)


def _stored(secrets: Secrets, name: str) -> str:
    stored = secrets.latest(name) or ""
    if not stored.split():
        raise Absent(f"there is no secret of {name}")
    return stored
