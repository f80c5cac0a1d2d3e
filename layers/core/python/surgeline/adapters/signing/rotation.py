"""Replacing an endpoint's secret lives here: all its values are good until that is finished.

A message is signed with each of them, and a signature of any is accepted (`endpoint_keys`).
"""

from surgeline.adapters.signing.standard_webhooks import MAX_SECRETS
from surgeline.application.ports.refusals import Absent, Changed
from surgeline.application.ports.secrets import Secrets
from surgeline.errors import Disagrees

TRIES = 5


def begin_rotation(secrets: Secrets, name: str, new: str) -> int:
    """Put a new secret before those there are, and return how many are good now.

    Begun again, it adds another one, so that none which was handed out is lost: neither with a lost
    answer nor by two operators at once. Raises Absent, and Disagrees where there can be no more.
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
    """Drop all but the newest, and return how many were dropped. Raises Absent, Disagrees."""
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
