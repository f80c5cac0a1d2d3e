"""This process deletes what the home has kept long enough, and ends.

python -m local.runner.sweep
"""

import logging

from local.home.backend import from_environment
from local.runner.processes import child

log = logging.getLogger(__name__)


def main() -> None:
    """Sweep the home that the environment names."""
    this = child.begin("sweep")
    backend = from_environment(this.environ)
    gone = backend.retention().sweep(backend.clock.now())
    if gone:
        backend.scrub()
        log.info("deleted %s old rows", gone)


if __name__ == "__main__":
    main()
    child.end()
