"""A function as Lambda runs it: its unpacked zip and layers, its environment, and AWS's client.

The runtime interface client is Lambda's own loop around a handler. It asks for events at an address
that this module serves.
"""

import json
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any, Self

from infra.names import Names
from tests.deploy.deployment import Deployment
from tests.deploy.emulator import ACCOUNT, HERE, REGION

NAMES = Names("surgeline-dev", ACCOUNT, REGION)
REQUEST_ID = "8476a536-e9f4-11e8-9739-2dfe598c3fcd"
TRACE_ID = "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0"
WITHIN_SECONDS = 60


@dataclass(frozen=True)
class Unpacked:
    """The packages of a deployment, each unpacked once into a folder of its own."""

    deployment: Deployment
    folder: Path

    def unpack(self) -> None:
        """Unpack every package, and install the client beside them."""
        for package in (self.deployment.folder / "packages").glob("*.zip"):
            with zipfile.ZipFile(package) as archive:
                archive.extractall(self.folder / package.stem)
        listed = ("-r", str(HERE / "runtime-requirements.txt"))
        command = ("uv", "pip", "install", "-q", "--require-hashes", "--python", sys.executable)
        into = ("--target", str(self.folder / "client"))
        subprocess.run([sys.executable, "-m", *command, *into, *listed], check=True)  # noqa: S603 - ours

    def invoke(self, name: str, event: Mapping[str, Any]) -> Any:
        """Start a function anew, give it one event, and return its answer.

        Raises AssertionError for a failed start or a failed invocation.
        """
        told = self._configurations[name]
        with _RuntimeApi(NAMES.function(name), event) as api:
            process = subprocess.Popen(  # noqa: S603 - the interpreter that runs this test
                (sys.executable, "-S", "-m", "awslambdaric", told["Handler"]),
                cwd=self.folder / f"function-{name}",
                env=self._environment(name, told) | {"AWS_LAMBDA_RUNTIME_API": api.address},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            try:
                return api.answer(process)
            finally:
                process.kill()
                process.wait(10)

    def _environment(self, name: str, told: Mapping[str, Any]) -> dict[str, str]:
        """Return the template's variables, and those that Lambda itself sets. There are no others.

        `-S` and the path leave the libraries of this test's own environment out.
        """
        layers = [
            each["Arn"].split(":")[6].removeprefix("surgeline-dev-") for each in told["Layers"]
        ]
        places = [self.folder / f"layer-{each}" / "python" for each in layers]
        places += [self.folder / f"function-{name}", self.folder / "client"]
        return {
            **told["Environment"]["Variables"],
            **self._credentials(told["Role"]),
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(map(str, places)),
            "LAMBDA_TASK_ROOT": str(self.folder / f"function-{name}"),
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_LAMBDA_FUNCTION_NAME": NAMES.function(name),
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(told["MemorySize"]),
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_FORMAT": "JSON",
            "AWS_LAMBDA_LOG_LEVEL": "INFO",
            # The emulator is no part of Lambda, so it has to be named.
            "AWS_ENDPOINT_URL": self.deployment.emulator.url,
            "AWS_CA_BUNDLE": self.deployment.emulator.environ["AWS_CA_BUNDLE"],
        }

    def _credentials(self, role: str) -> dict[str, str]:
        """Return credentials of the function's own role, as Lambda gives them."""
        given = self.deployment.client("sts").assume_role(RoleArn=role, RoleSessionName="runtime")
        keys = given["Credentials"]
        return {
            "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
            "AWS_SESSION_TOKEN": keys["SessionToken"],
        }

    @cached_property
    def _configurations(self) -> dict[str, Any]:
        client = self.deployment.client("lambda")
        listed = client.get_paginator("list_functions").paginate()
        beginning = NAMES.function("")
        return {
            each["FunctionName"].removeprefix(beginning).replace("-", "_"): each
            for page in listed
            for each in page["Functions"]
        }


@dataclass
class _RuntimeApi:
    """Lambda's side: it gives one event, and hears the answer or the failure."""

    function: str
    event: Mapping[str, Any]
    heard: "Future[Any]" = field(default_factory=Future)

    def __enter__(self) -> Self:
        api, given = self, Event()

        class Asked(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                if given.is_set():  # there is no second event
                    time.sleep(WITHIN_SECONDS)
                    return
                given.set()
                arn = NAMES.arn("lambda", f"function:{api.function}")
                deadline = str(int((time.time() + WITHIN_SECONDS) * 1000))
                self._say(
                    200,
                    json.dumps(api.event).encode(),
                    {
                        "Lambda-Runtime-Aws-Request-Id": REQUEST_ID,
                        "Lambda-Runtime-Trace-Id": TRACE_ID,
                        # The client reads each of these, and ends where one is absent.
                        "Content-Type": "application/json",
                        "Lambda-Runtime-Client-Context": "{}",
                        "Lambda-Runtime-Cognito-Identity": "{}",
                        "Lambda-Runtime-Aws-Tenant-Id": "none",
                        "Lambda-Runtime-Invocation-Id": REQUEST_ID,
                        "Lambda-Runtime-Deadline-Ms": deadline,
                        "Lambda-Runtime-Invoked-Function-Arn": arn,
                    },
                )

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                self._say(202, b"{}", {})
                if self.path.endswith("/response"):
                    api.heard.set_result(json.loads(body))
                else:
                    api.heard.set_exception(AssertionError(f"{self.path}: {body.decode()}"))

            def _say(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Asked)
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.socket.close()

    @property
    def address(self) -> str:
        """Return where the client asks for events."""
        return f"127.0.0.1:{self._server.server_port}"

    def answer(self, process: "subprocess.Popen[str]") -> Any:
        """Return what the function answered. Raises AssertionError."""
        deadline = time.monotonic() + WITHIN_SECONDS
        while not self.heard.done() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        if not self.heard.done():
            process.kill()
            said, _ = process.communicate()
            raise AssertionError(f"{self.function} gave no answer:\n{said}")
        return self.heard.result()
