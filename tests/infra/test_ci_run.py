"""The script that CI runs ends red where a test failed, and only there."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

RUN = Path(__file__).parents[2] / ".ci" / "run"
MAKE = """#!/bin/sh
case "$1" in
  test) echo "===== 5 passed, 1 skipped, 2 warnings in 2.00s ====="; echo "Success"; exit $TESTED ;;
  emulator) exit $EMULATOR ;;
  test-deploy) sleep $SLEPT; echo "== $DEPLOYED in 61.20s (0:01:01) =="; exit $DEPLOY ;;
esac
"""
GOOD = {"TESTED": "0", "EMULATOR": "0", "DEPLOY": "0", "SLEPT": "0", "DEPLOYED": "3 passed"}
ABSENT = "left out: the emulator can't be installed"


@pytest.mark.parametrize(
    ("changed", "code", "said", "last"),
    [
        ({}, 0, "", "8 passed, 0 failed, 1 skipped"),
        ({"TESTED": "2"}, 1, "", "5 passed, 0 failed, 1 skipped"),
        ({"EMULATOR": "1"}, 0, ABSENT, "5 passed, 0 failed, 1 skipped"),
        ({"SECONDS_FOR_TESTS": "-1"}, 0, "the tests took", "5 passed, 0 failed, 1 skipped"),
        (
            {"DEPLOY": "2", "DEPLOYED": "1 failed, 2 passed, 1 error"},
            2,
            "",
            "7 passed, 2 failed, 1 skipped",
        ),
        ({"SLEPT": "60"}, 124, "took longer than 1 seconds", "5 passed, 0 failed, 1 skipped"),
    ],
    ids=[
        "good",
        "a test fails",
        "no emulator",
        "slow tests",
        "the deployment fails",
        "the deployment hangs",
    ],
)
def test_ci_is_red_for_a_failing_test_alone(
    tmp_path: Path, changed: dict[str, str], code: int, said: str, last: str
) -> None:
    """The absence of the emulator is told and fails nothing, and the last line counts all tests."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("no bash on this machine")
    for name, text in ((".ci/run", RUN.read_text()), ("bin/make", MAKE)):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    environ = os.environ | GOOD | changed
    environ["SECONDS_FOR_DEPLOY"] = "1" if "SLEPT" in changed else "60"
    environ["PATH"] = f"{tmp_path / 'bin'}{os.pathsep}{environ['PATH']}"
    done = subprocess.run(  # noqa: S603 - our own script
        [bash, str(tmp_path / ".ci" / "run")],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.splitlines()[-1]) == (code, last)
    assert said in done.stdout
