"""The connection of a pool that begins is tried here, and its points stand in the pool's pack."""

import asyncio
import os
from collections.abc import Mapping
from typing import Any, Final

from cli.api import Api, path
from cli.console import WrongUse
from cli.simulation import keys_of

WEBHOOK: Final = "webhook"


def points_of(
    api: Api, pool: Mapping[str, Any], secret: str | None, *, port: int
) -> list[dict[str, Any]]:
    """Return the points of `pool check`, each with whether it holds and why. Raises WrongUse.

    Surgeline is played against the pool's own endpoint. The instance tries a tool's settings.
    """
    if pool.get("reached_by", WEBHOOK) != WEBHOOK:
        place = path("admin", "pools", pool["id"], "check")
        findings = api.post(place, {})["findings"]
        return [{"point": e["name"], "passed": e["ok"], "why": e["said"]} for e in findings]
    from local.conformance.check import Check

    keys = keys_of(secret, "SURGELINE_POOL_SECRET", "surgeline pool rotate ID")
    try:
        points = asyncio.run(Check(pool["url"], keys).run(port=port))
    except OSError as error:
        raise WrongUse(f"port {port}: {os.strerror(error.errno or 0)}; use --port.") from error
    return [each.as_dict() for each in points]
