"""The commands are run in this process, against a fake instance or none."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from fake_instance import FakeInstance, Run, fake_instance

from cli.main import cli


@pytest.fixture
def surgeline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run a command in an empty folder, with no key and no port in the environment.

    The tier is lexical where a command names none, so that nothing is fetched.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SURGELINE_TIER", "lexical")
    for name in ("PORT", "SURGELINE_ADMIN_KEY", "SURGELINE_POOL_SECRET"):
        monkeypatch.delenv(name, raising=False)

    def run(*args: str | Path, **options: object) -> Result:
        return CliRunner().invoke(cli, [str(each) for each in args], **options)  # type: ignore[arg-type] # env and input

    return run


@pytest.fixture
def instance() -> Iterator[FakeInstance]:
    with fake_instance() as fake:
        yield fake


@pytest.fixture
def operator(surgeline: Run, instance: FakeInstance) -> Run:
    """Run a command as an operator of the fake instance."""

    def run(*args: str | Path, **options: object) -> Result:
        env = {"SURGELINE_ADMIN_KEY": "key"}
        flag = "--instance" if args[:2] == ("pool", "change") else "--url"
        return surgeline(*args, flag, instance.url, env=env, **options)

    return run
