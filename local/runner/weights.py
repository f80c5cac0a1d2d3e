"""A tier's weights are fetched by a process of its own, beside the instance that answers already.

    python -m local.runner.weights TIER

The exit code is 1 if the weights can't be had. The console and the log say why.
"""

import logging
import signal
import sys
from types import FrameType
from typing import NoReturn

from local.runner.processes import child
from weights.fetch import WeightsUnavailable, fetch

log = logging.getLogger(__name__)


class _Stopped(BaseException):
    """The instance stops. Whatever has begun, as a started pip, is ended on the way out."""


def main(tier: str) -> None:
    """Fetch what is missing of a tier's weights into the cache, and end."""
    child.begin("weights")
    signal.signal(signal.SIGTERM, _stop)
    try:
        fetch(tier, log.info)
    except WeightsUnavailable as error:
        first, *rest = str(error).splitlines()
        log.error("%s", first)  # noqa: TRY400 # its frames would tell a person nothing
        log.info("%s", " ".join(rest))
        child.end(1)
    except _Stopped:
        child.end(1)


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    del number, frame
    raise _Stopped


if __name__ == "__main__":
    main(*sys.argv[1:])
    child.end()
