"""A `surgeline` command runs here as a child of the supervisor, and ends with the supervisor.

Its log is bounded. It is started as `python -m cli.tethered NAME pool simulate ...`.
"""

import os
import sys
from pathlib import Path

from cli.main import cli
from local.home import names
from local.runner.processes import logs, tether

if __name__ == "__main__":
    tether.tie()
    logs.install(sys.argv[1], Path(os.environ[names.LOGS]))
    sys.exit(cli.main(args=sys.argv[2:], prog_name="surgeline"))
