"""A `surgeline` command runs here as a child of the supervisor, and ends with the supervisor.

Its log is bounded. It is started as `python -m cli.tethered NAME pool simulate ...`, or forked by
the nursery, which spares most of the imports.
"""

import os
import sys
from pathlib import Path

from cli.main import cli
from local.home import names
from local.runner.processes import child, logs, tether


def main(name: str, *arguments: str) -> None:
    """Run the command whose log has that name, and end with its exit code."""
    tether.tie()
    logs.install(name, Path(os.environ[names.LOGS]))
    try:
        cli.main(args=list(arguments), prog_name="surgeline")
    except SystemExit as ended:
        child.end(ended.code if isinstance(ended.code, int) else 1)


if __name__ == "__main__":
    main(*sys.argv[1:])
