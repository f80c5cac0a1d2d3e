import os
import subprocess
import sys
from pathlib import Path

from tests.unit.virtual.a_day import Day


def test_the_same_seed_gives_the_same_log_in_every_process() -> None:
    """Two processes with different hash seeds send, store and deliver the same, byte for byte."""
    first, second = (_started(7, hash_seed) for hash_seed in ("1", "2"))
    assert _digest(first) == _digest(second)


def test_another_seed_gives_another_log(tmp_path: Path) -> None:
    """The digest tells two runs apart."""
    digests = {Day(tmp_path / str(seed), seed).run(messages=5) for seed in (1, 2)}
    assert len(digests) == 2


def _started(seed: int, hash_seed: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "tests.unit.virtual.a_day", str(seed)],
        env=os.environ | {"PYTHONHASHSEED": hash_seed},
        stdout=subprocess.PIPE,
        text=True,
    )


def _digest(process: subprocess.Popen[str]) -> str:
    output, _ = process.communicate()
    assert process.returncode == 0
    return output
