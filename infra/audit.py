"""The known faults of everything that is shipped: `python -m infra.audit PIP-AUDIT` lists them.

The advisory service of PyPI knows them, so this needs the internet and is no part of `make test`.
"""

import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from infra.licences import ROOT, SHIPPED


@dataclass(frozen=True, slots=True)
class Accepted:
    """A known fault that is accepted until a day, because `why` it does no harm here."""

    fault: str
    until: date
    why: str


ACCEPTED: tuple[Accepted, ...] = ()
"""The faults that are accepted, as PYSEC-2026-1, GHSA-… or CVE-…. None is accepted for ever."""
MOST_DAYS = 90


def command(tool: str, accepted: Iterable[Accepted]) -> list[str]:
    """Return the call of pip-audit over what the requirements pin. It fails if one is unknown."""
    files = [part for name in SHIPPED for part in ("--requirement", str(ROOT / name))]
    ignored = [part for each in accepted for part in ("--ignore-vuln", each.fault)]
    how = ("--strict", "--disable-pip", "--require-hashes", "--progress-spinner", "off")
    return [tool, *how, *files, *ignored]


def problems(accepted: Iterable[Accepted], today: date) -> list[str]:
    """Return what is wrong with the accepted faults: a day that is over or far, or no reason."""
    found = []
    for each in accepted:
        if each.until < today:
            found.append(f"{each.fault} was accepted until {each.until}: judge it again")
        elif (each.until - today).days > MOST_DAYS:
            found.append(f"{each.fault}: accept it for {MOST_DAYS} days at most")
        if not each.why.strip():
            found.append(f"{each.fault}: say why it does no harm")
    return found


def main(arguments: Sequence[str]) -> int:
    """Print the faults. Return 1 if there are any that are not accepted."""
    [tool] = arguments
    wrong = problems(ACCEPTED, datetime.now(UTC).date())
    for each in wrong:
        print(each, file=sys.stderr)  # noqa: T201 - a command
    done = subprocess.run(command(tool, ACCEPTED), check=False, cwd=ROOT)  # noqa: S603 - our tool
    return int(bool(wrong) or done.returncode != 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
