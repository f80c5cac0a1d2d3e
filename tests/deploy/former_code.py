"""The writer of threads runs the code of release 0.1.0 for a while, as after a return to it.

The code comes from the history. The libraries, the role and the environment stay those of the
deployment, because AWS's own rollback of a stack is not what is tested here.
"""

import io
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.deploy.deployment import ROOT, Deployment

RELEASED = "e4155a6d"
"""The last commit of release 0.1.0."""
WRITER = "conversation_worker"
NAME = "surgeline-dev-conversation-worker"
SAID = "0.1.0 is here"
"""The writer of before says so when it starts, so that a test knows that it ran."""


@contextmanager
def former_writer(deployment: Deployment) -> Iterator[None]:
    """Let the writer of threads have the code of 0.1.0 while the block runs."""
    client = deployment.client("lambda")
    layers = [
        each["Arn"] for each in client.get_function_configuration(FunctionName=NAME)["Layers"]
    ]
    [core] = [each for each in layers if "core" in each.lower()]
    made = client.publish_layer_version(
        LayerName="core-before", Content={"ZipFile": _layer(_archive("layers/core/python"))}
    )
    former = [made["LayerVersionArn"] if each == core else each for each in layers]
    present = (deployment.folder / "packages" / f"function-{WRITER}.zip").read_bytes()
    try:
        _change(
            deployment, _function(_archive(f"functions/{WRITER}", "functions/__init__.py")), former
        )
        yield
    finally:
        _change(deployment, present, layers)


def _change(deployment: Deployment, code: bytes, layers: list[str]) -> None:
    client = deployment.client("lambda")
    client.update_function_configuration(FunctionName=NAME, Layers=layers)
    client.update_function_code(FunctionName=NAME, ZipFile=code)


def _archive(*paths: str) -> dict[str, bytes]:
    """Return the files of the release below some paths. Skips where there is no history."""
    git = shutil.which("git") or pytest.skip("git is not here, so the code of 0.1.0 can't be had")
    packed = subprocess.run(  # noqa: S603 - our own history
        [git, "archive", "--format=zip", RELEASED, *paths],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if packed.returncode:
        pytest.skip("this copy has no history, so the code of 0.1.0 can't be had")
    with zipfile.ZipFile(io.BytesIO(packed.stdout)) as found:
        return {each: found.read(each) for each in found.namelist() if not each.endswith("/")}


def _layer(files: dict[str, bytes]) -> bytes:
    """Return the layer of the core, whose modules Lambda looks for below python/."""
    return _zip({str(Path(name).relative_to("layers/core")): each for name, each in files.items()})


def _function(files: dict[str, bytes]) -> bytes:
    """Return the function, which also says that it is the release before."""
    handler = f"functions/{WRITER}/handler.py"
    return _zip(files | {handler: files[handler] + f"\nprint({SAID!r})\n".encode()})


def _zip(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as into:
        for name, body in files.items():
            into.writestr(name, body)
    return made.getvalue()
