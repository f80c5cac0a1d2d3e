"""A function's start is measured in fresh processes: CPU time, and the modules that cost most.

A start is everything before the first event is looked at: the handler's imports, its settings and
its clients. Nothing is called.
"""

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import MISSING, fields
from pathlib import Path

from surgeline.runtime import settings

from local.home.plan import Plan
from local.virtual.handlers import build_of, model_of

ROOT = Path(__file__).parents[2]
BASELINE = "import boto3; boto3.client('sqs')"
START = (
    "import functions.{name}.handler as function\n"
    "from typing import get_type_hints\n"
    "from surgeline.runtime import bootstrap, settings\n"
    "read = settings.read(get_type_hints(function.build)['settings'])\n"
    "function.build(bootstrap.connect(read), read)"
)
QUEUE_ONLY = (
    "import functions.{name}.handler as function\n"
    "from typing import get_type_hints\n"
    "from surgeline.runtime import bootstrap, settings\n"
    "read = settings.read(get_type_hints(function.build)['settings'])\n"
    "bootstrap.connect(read).queue(read.events_queue)"
)
Searched = Sequence[Path]
"""The folders in which modules are looked for. Without any they are this environment's."""
_TIMED = "{code}\nimport time\nprint(time.process_time() * 1000)"
_LINE = re.compile(r"import time:\s+(\d+) \|\s+\d+ \| +(\S+)")
_THOUSAND = 1000


def functions() -> list[str]:
    """Return every function of the repository."""
    return sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py"))


def start_of(function: str) -> str:
    """Return the code that a first event runs before it is handled."""
    return START.format(name=function)


def queue_only(function: str) -> str:
    """Return the handler's imports and one SQS client, for a fair comparison with the baseline."""
    return QUEUE_ONLY.format(name=function)


def milliseconds(code: str, function: str | None = None, searched: Searched = ()) -> float:
    """Return the CPU time of a fresh interpreter that ran the code, in milliseconds.

    Only modules of the `searched` folders and of Python itself can be imported, if there are any.
    """
    return float(_run(["-c", _TIMED.format(code=code)], function, searched).stdout)


def heaviest(function: str, *, most: int, searched: Searched = ()) -> list[tuple[str, float]]:
    """Return the packages whose own modules take longest to import, each with its milliseconds."""
    traced = _run(["-X", "importtime", "-c", start_of(function)], function, searched).stderr
    spent: Counter[str] = Counter()
    for microseconds, module in _LINE.findall(traced):
        spent[module.partition(".")[0]] += int(microseconds)
    return [(name, round(each / _THOUSAND, 1)) for name, each in spent.most_common(most)]


def _run(
    arguments: list[str], function: str | None, searched: Searched = ()
) -> subprocess.CompletedProcess[str]:
    environment = os.environ | _aws() | (_settings(function) if function else {})
    if searched:
        environment |= {"PYTHONPATH": os.pathsep.join(map(str, searched))}
        arguments = ["-S", *arguments]  # without the folders of this environment
    return subprocess.run(  # noqa: S603 - our own code
        [sys.executable, *arguments],
        check=True,
        capture_output=True,
        text=True,
        cwd=searched[0] if searched else ROOT,
        env=environment,
    )


def _aws() -> dict[str, str]:
    return {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
    }


def _settings(function: str) -> dict[str, str]:
    """Return values of the right shape for the settings without which the function can't start."""
    known = fields(model_of(build_of(Plan(), function)))
    needed = [each.name for each in known if each.default is MISSING]
    return {settings.PREFIX + name.upper(): _value(name) for name in needed}


def _value(name: str) -> str:
    if name.endswith("_queue"):
        return f"https://sqs.us-east-1.amazonaws.com/000000000000/{name}.fifo"
    return {"sockets": "wss://sockets.example.com/live"}.get(name, name)
