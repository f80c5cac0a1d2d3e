"""What a cold start pays for: modules that must not be there, and time against boto3's own."""

import os
import subprocess
import sys

import pytest
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
PROVIDER = f"{INTAKE}; import surgeline.adapters.channels.{{}}.hook"
"""The intake once it has had the first request of a provider."""
FLOOR = "import boto3; boto3.client('sqs')"
ROUNDS = 5
MOST = 1.2
"""What is promised; about 1.1 is measured (`python -m benchmarks imports`)."""


def run(code: str) -> str:
    """Return what a fresh process prints."""
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code], env=ENVIRONMENT, capture_output=True, text=True, check=True
    )
    return done.stdout


def modules_after(code: str) -> set[str]:
    """Return the modules that a fresh process has loaded."""
    return set(run(f"{code}\nimport sys\nprint(*sys.modules, sep='\\n')").split())


WITH_EACH_HOOK = [INTAKE, *(PROVIDER.format(name) for name in PROVIDERS)]
NAMES = ["signed", *PROVIDERS]


@pytest.mark.parametrize("intake", WITH_EACH_HOOK, ids=NAMES)
def test_the_intake_loads_nothing_that_it_does_not_need(intake: str) -> None:
    """No numpy, no pydantic, no tracer, no HTTP client of ours, no table, no bucket."""
    loaded = modules_after(intake)
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


def test_the_intake_reads_no_mails() -> None:
    """Neither the intake nor any hook brings the libraries for mails, before botocore does."""
    hooks = "; ".join(f"import surgeline.adapters.channels.{name}.hook" for name in PROVIDERS)
    loaded = modules_after(f"import functions.channel_webhook.handler; {hooks}")
    absent = {"email", "smtplib", "aiosmtpd", "surgeline.adapters.channels.email"}
    assert loaded & absent == set()


@pytest.mark.parametrize("function", topology.FUNCTIONS, ids=lambda function: function.name)
def test_no_function_loads_what_belongs_to_the_laptop(function: topology.Function) -> None:
    """A handler imports neither the local home nor the infrastructure, nor any tracer."""
    loaded = modules_after(f"import functions.{function.name}.handler")
    tops = {name.partition(".")[0] for name in loaded}
    assert (
        tops
        & {
            "local",
            "infra",
            "aws_cdk",
            "click",
            "rich",
            "aiohttp",
            "aiosmtpd",
            "moto",
            "aws_xray_sdk",
        }
        == set()
    )


def test_importing_a_handler_makes_no_client() -> None:
    """Importing a handler makes no client, because botocore comes with the first event."""
    loaded = modules_after("import functions.channel_webhook.handler")
    assert loaded & {"botocore.session", "botocore.client"} == set()


@pytest.mark.xdist_group("packages")  # not beside the other heavy one
@pytest.mark.parametrize("intake", WITH_EACH_HOOK, ids=NAMES)
def test_the_intake_starts_about_as_fast_as_boto3(intake: str) -> None:
    """The intake's import takes at most 1.2 times the CPU time of boto3 with one SQS client.

    The shortest of the rounds is the one that the machine's other work disturbed least. So more
    rounds are needed only where the first ones do not show it.
    """
    timed = "import time; {}; print(time.process_time())"
    floor = taken = float("inf")
    for _ in range(ROUNDS):
        floor = min(floor, float(run(timed.format(FLOOR))))
        taken = min(taken, float(run(timed.format(intake))))
        if taken <= MOST * floor:
            return
    pytest.fail(f"{taken:.3f} s against {floor:.3f} s")
