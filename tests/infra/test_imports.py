"""What a cold start pays for: modules that must not be there, and code against boto3's own."""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

from surgeline.adapters.hooks import PROVIDERS

from infra import topology

ENVIRONMENT = os.environ | {
    "PYTHONPATH": f"layers/core/python{os.pathsep}.",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "SURGELINE_EVENTS_QUEUE": "https://sqs.us-east-1.amazonaws.com/1/events.fifo",
    "SURGELINE_SECRETS": "/surgeline",
}
INTAKE = (
    "import functions.channel_webhook.handler; "
    "from surgeline.runtime import bootstrap, settings; "
    "read = settings.read(settings.ChannelWebhook); "
    "backend = bootstrap.connect(read); backend.queue(read.events_queue)"
)
HANDLER = "import functions.channel_webhook.handler"
HOOKS = "; ".join(f"import surgeline.adapters.channels.{name}.hook" for name in PROVIDERS)
"""All hooks come together: what none of them may load, all of them do not load either."""
FLOOR = "import boto3; boto3.client('sqs')"
MOST_MODULES = 1.2
MOST_SOURCE = 1.05
"""About 1.13 and 0.97 are measured. `python -m benchmarks imports` measures the time."""
LOADED = """
import sys
for name, module in list(sys.modules.items()):
    print(name, getattr(module, "__file__", None) or "built-in")
"""


@cache
def loaded_after(code: str) -> dict[str, str]:
    """Return the modules that a fresh process has loaded, each with its file."""
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code + LOADED],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
    )
    pairs = (line.partition(" ") for line in done.stdout.splitlines())
    return {name: file for name, _, file in pairs}


def source_bytes(loaded: dict[str, str]) -> int:
    """Return how much source the loaded modules have."""
    return sum(Path(file).stat().st_size for file in {*loaded.values()} if file.endswith(".py"))


def test_the_intake_loads_nothing_that_it_does_not_need() -> None:
    """No numpy, no pydantic, no tracer, no HTTP client of ours, no table, no bucket."""
    loaded = loaded_after(f"{INTAKE}; {HOOKS}").keys()
    absent = {
        "boto3",
        "numpy",
        "pydantic",
        "aiohttp",
        "aws_xray_sdk",
        "aws_lambda_powertools.utilities.batch",
        "aws_lambda_powertools.utilities.idempotency",
        "surgeline.adapters.outbound.sender",
        "surgeline.adapters.outbound.guard",
        "surgeline.adapters.configuration.kinds",
        "surgeline.application.configuration",
        "surgeline.adapters.codec",
        "surgeline.domain.decide",
        "surgeline.domain.events",
        "surgeline.adapters.aws.table",
        "surgeline.adapters.aws.conversation_store",
        "surgeline.adapters.aws.blobs",
        "surgeline.adapters.aws.sockets",
    }
    assert loaded & absent == set()
    assert {"surgeline.adapters.aws.queues", "botocore"} <= loaded
    assert {f"surgeline.adapters.channels.{name}.hook" for name in PROVIDERS} <= loaded


def test_the_intake_loads_about_as_much_as_boto3() -> None:
    """With every hook at once, the intake loads about as much code as boto3 with one SQS client.

    Time would depend on what else the machine does. The loaded code is the same in each run.
    """
    floor, intake = loaded_after(FLOOR), loaded_after(f"{INTAKE}; {HOOKS}")
    assert len(intake) <= MOST_MODULES * len(floor), intake.keys() - floor.keys()
    assert source_bytes(intake) <= MOST_SOURCE * source_bytes(floor), intake.keys() - floor.keys()


def test_the_intake_reads_no_mails() -> None:
    """Neither the intake nor any hook brings the libraries for mails, before botocore does."""
    loaded = loaded_after(f"{HANDLER}; {HOOKS}").keys()
    absent = {"email", "smtplib", "aiosmtpd", "surgeline.adapters.channels.email"}
    assert loaded & absent == set()


def test_no_function_loads_what_belongs_to_the_laptop() -> None:
    """A handler imports neither the local home nor the infrastructure, nor any tracer.

    One process imports all handlers. So the modules that it has are those of any handler.
    """
    names = [function.name for function in topology.FUNCTIONS]
    loaded = loaded_after("; ".join(f"import functions.{name}.handler" for name in names))
    assert {f"functions.{name}.handler" for name in names} <= loaded.keys()
    absent = {
        *("local", "infra", "aws_cdk", "click", "rich", "aiohttp", "aiosmtpd", "moto"),
        "aws_xray_sdk",
    }
    assert {name for name in loaded if name.partition(".")[0] in absent} == set()


def test_importing_a_handler_makes_no_client() -> None:
    """Importing a handler makes no client, because botocore comes with the first event."""
    loaded = loaded_after(f"{HANDLER}; {HOOKS}").keys()
    assert loaded & {"botocore.session", "botocore.client"} == set()
