"""When a function builds itself."""

from dataclasses import MISSING, fields
from typing import Any

import pytest
from surgeline.runtime import settings as models
from surgeline.runtime.bootstrap import Backend, Handler, entry
from surgeline.runtime.settings import PoolCallback


@pytest.mark.parametrize(("started_by", "built"), [({}, 0), ({"on-demand"}, 1)])
def test_lambda_builds_a_function_while_it_starts(
    started_by: set[str], built: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There a start has a whole processor, and the first event a part of one."""
    for each in fields(PoolCallback):
        if each.default is MISSING:
            monkeypatch.setenv(f"SURGELINE_{each.name.upper()}", "https://sqs.invalid/0/q")
    for kind in started_by:
        monkeypatch.setenv("AWS_LAMBDA_INITIALIZATION_TYPE", kind)
    made: list[Any] = []

    def build(backend: Backend, settings: models.Model) -> Handler:
        made.append((backend, settings))
        return lambda event, _context: dict(event)

    handler = entry(PoolCallback, build)
    assert len(made) == built
    assert handler({"a": 1}, None) == handler({"a": 1}, None) == {"a": 1}
    assert len(made) == 1
