"""The product deployed to the emulator by the ordinary CDK CLI, and hands to use it with."""

import json
import os
import platform
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import botocore.session

from infra.packages.build import MANIFEST, build
from infra.packages.layout import platform_of
from tests.deploy.emulator import ACCOUNT, REGION, Emulator

ROOT = Path(__file__).parents[2]
STACKS = ("surgeline-dev-state", "surgeline-dev-service", "surgeline-dev-monitoring")
MACHINE = f"{platform.machine()}-manylinux_2_28"
MINOR = "{}.{}".format(*sys.version_info[:2])
PATIENCE_SECONDS = 60
DOMAIN = "chat.shop.example"
CERTIFICATE = f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/7d0b3a1e-8f43-4b0e-9a1d-2f6c5e4d3b2a"
KEPT_DAYS = 180
BUDGET_USD, MAILBOX = 50, "ops@shop.example"

T = TypeVar("T")


def eventually(read: Callable[[], T], seconds: float = PATIENCE_SECONDS) -> T:
    """Return the first truthy value. Raises AssertionError when the time is up."""
    deadline = time.monotonic() + seconds
    while not (found := read()):
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.3)
    return found


@dataclass
class Deployment:
    """One deployment; `folder` keeps its packages and templates.

    `root` is the folder of the code that is deployed, and `command` its command line's module.
    """

    emulator: Emulator
    folder: Path
    admin_key: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    root: Path = ROOT
    command: str = "cli.main"

    # ------------------------------------------------------------ the CDK user's commands

    def cdk(self, *arguments: str) -> str:
        """Run the pinned CDK CLI; return what it printed. Raises AssertionError on failure."""
        command = ROOT / "infra" / "tools" / "node_modules" / ".bin" / "cdk"
        return self._run(str(command), *arguments)

    def surgeline(self, *arguments: str, exits: int = 0) -> str:
        """Run a command of ours; return what it printed. Raises AssertionError on failure."""
        code = f"from {self.command} import main; main()"
        return self._run(sys.executable, "-c", code, *arguments, exits=exits)

    def _run(self, *command: str, exits: int = 0) -> str:
        core = self.root / "layers" / "core" / "python"
        environ = dict(self.emulator.environ) | {"PYTHONPATH": f"{self.root}{os.pathsep}{core}"}
        if self.admin_key:
            environ["SURGELINE_ADMIN_KEY"] = self.admin_key
        done = subprocess.run(  # noqa: S603 - our own commands
            command,
            cwd=self.root,
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        said = f"{done.stdout}\n{done.stderr}"
        assert done.returncode == exits, (
            f"{' '.join(command[:4])} … exited {done.returncode}:\n{said}"
        )
        return said

    def build(self) -> None:
        """Build the packages for this machine and this Python, as the emulator runs them."""
        into = self.folder / "packages"
        build(into, python=MINOR, platform=MACHINE)
        with zipfile.ZipFile(into / "layer-core.zip", "a") as core:
            core.write(Path(__file__).with_name("emulated.py"), "python/emulated.py")
        manifest = into / MANIFEST
        told = json.loads(manifest.read_text())
        # The template says arm64 and 3.14, and stays as it is: the emulator reads neither.
        told["platform"] = platform_of(told["tier"])
        manifest.write_text(json.dumps(told))

    @property
    def context(self) -> tuple[str, ...]:
        """Return the arguments that every CDK command of this deployment has."""
        return (
            *("-c", "env=dev", "-c", "tier=lexical", "-c", f"packages={self.folder / 'packages'}"),
            *("-c", f"domain={DOMAIN}", "-c", f"certificate={CERTIFICATE}"),
            *("-c", f"retention=records={KEPT_DAYS},mails=30"),
            *("-c", f"budget={BUDGET_USD}", "-c", f"alarm_email={MAILBOX}"),
            *("--output", str(self.folder / "cdk.out")),
        )

    def deploy(self) -> str:
        """Deploy all stacks; return what the CLI said."""
        said = self.cdk("deploy", "--all", *self.context)
        for stack in STACKS:
            for output in self.stack(stack).get("Outputs", ()):
                self.outputs[output["OutputKey"]] = output["OutputValue"]
        return said

    def set_secrets(self) -> None:
        """Make the secrets that every deployment needs, unless they are there."""
        if not self.admin_key:
            said = self.surgeline("secret", "init", "--env", "dev")
            self.admin_key = said.partition("shown only now: ")[2].split()[0]

    def let_loopback_through(self) -> None:
        """Give the two functions that call out, or judge addresses, the test's own backend."""
        client = self.client("lambda")
        for name in ("delivery-worker", "admin-api"):
            function = f"surgeline-dev-{name}"
            variables = client.get_function_configuration(FunctionName=function)["Environment"]
            changed = variables["Variables"] | {"SURGELINE_BACKEND": "emulated"}
            client.update_function_configuration(
                FunctionName=function, Environment={"Variables": changed}
            )

    def listen(self, queue: str, *, on: bool) -> None:
        """Let the function of a queue take its messages, or let them wait there."""
        client = self.client("lambda")
        for each in client.list_event_source_mappings()["EventSourceMappings"]:
            if queue in each["EventSourceArn"]:
                client.update_event_source_mapping(UUID=each["UUID"], Enabled=on)

    # ------------------------------------------------------------ AWS's own view

    def client(self, service: str) -> Any:
        """Return a client of the emulator."""
        session = botocore.session.get_session()
        session.set_credentials("test", "test")
        return session.create_client(
            service,
            region_name=REGION,
            endpoint_url=self.emulator.url,
            verify=self.emulator.environ["AWS_CA_BUNDLE"],
        )

    def stack(self, name: str) -> dict[str, Any]:
        """Return the stack as CloudFormation describes it."""
        described = self.client("cloudformation").describe_stacks(StackName=name)
        stack: dict[str, Any] = described["Stacks"][0]
        return stack

    def stacks(self) -> list[str]:
        """Return the names of the stacks that are there."""
        listed = self.client("cloudformation").describe_stacks()["Stacks"]
        return sorted(each["StackName"] for each in listed)

    def logs(self) -> str:
        """Return every function's log."""
        logs, lines = self.client("logs"), []
        for group in logs.describe_log_groups()["logGroups"]:
            name = group["logGroupName"]
            for stream in logs.describe_log_streams(logGroupName=name)["logStreams"]:
                events = logs.get_log_events(
                    logGroupName=name, logStreamName=stream["logStreamName"]
                )
                lines += [f"{name}: {each['message']}" for each in events["events"]]
        return "\n".join(lines)

    # ------------------------------------------------------------ the front

    @cached_property
    def url(self) -> str:
        """Return the HTTP API's address, by the path that needs no name service."""
        api = self.outputs["Url"].removeprefix("https://").partition(".")[0]
        return f"{self.emulator.url}/_aws/execute-api/{api}/$default"

    @cached_property
    def socket_url(self) -> str:
        """Return the WebSocket API's address, likewise."""
        apis = self.client("apigatewayv2").get_apis()["Items"]
        [api] = [each["ApiId"] for each in apis if each["ProtocolType"] == "WEBSOCKET"]
        return f"wss://127.0.0.1:{self.emulator.port}/_aws/execute-api/{api}/live"


def prepared(emulator: Emulator, folder: Path) -> Deployment:
    """Build the packages and bootstrap the account, so that stacks can be deployed."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    deployment = Deployment(emulator, folder)
    deployment.build()
    deployment.cdk("bootstrap", *deployment.context, f"aws://{ACCOUNT}/{REGION}")
    return deployment
