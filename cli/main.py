"""The entry point of `surgeline COMMAND …` lists the commands and reports a bug in one line.

The exit code is 0 where the command succeeded and 1 where it failed. It is 2 for wrong use, and for
an instance that can't be reached.
"""

import os
import sys

import click

from cli.console import example
from cli.lazy import LazyGroup, Place
from cli.version import release

POSIX = ("fcntl", "resource")
"""Modules of Python that Windows does not have."""

COMMANDS = {
    "up": Place("cli.up:up", "Run everything on this machine; Ctrl-C stops it."),
    "send": Place("cli.send:send", "Write as a customer and watch the replies."),
    "status": Place("cli.status:status", "Say how an instance is doing."),
    "doctor": Place("cli.doctor.commands:doctor", "Find what is wrong, and say what to do."),
    "backup": Place("cli.operation.backup:backup", "Pack an instance or a deployment into a file."),
    "move": Place(
        "cli.operation.move:move", "Carry this machine's instance to a deployment on AWS."
    ),
    "restore": Place(
        "cli.operation.backup:restore", "Bring an instance or a deployment back from a backup."
    ),
    "kb": Place("cli.kb.commands:kb", "Check, build, publish and evaluate a knowledge base."),
    "load": Place("cli.load:load", "Send traffic and account for every reply."),
    "bad-input": Place(
        "cli.bad_input:bad_input", "Send hostile requests and see each one refused."
    ),
    "pool": Place("cli.pool:pool", "Connect and change pools; check or simulate a vendor."),
    "channel": Place("cli.channel:channel", "Connect a channel, or simulate one."),
    "config": Place("cli.config:config", "Show and publish the configuration."),
    "look": Place("cli.look:look", "Show and change the company's name, colours, logo and texts."),
    "backlog": Place(
        "cli.backlog.commands:backlog", "Bring an existing queue in; answer or offer it."
    ),
    "conversation": Place("cli.conversation:conversation", "Show what happened, and why."),
    "crisis": Place("cli.crisis:crisis", "Speak in another tone while something grave goes on."),
    "incident": Place("cli.incident:incident", "Publish one answer everywhere, list it, end it."),
    "report": Place("cli.report.commands:report", "Say how a day went, in numbers or as a page."),
    "staffing": Place("cli.people.staffing:staffing", "Say how many agents are needed, and why."),
    "simulate": Place("cli.people.simulate:simulate", "Rehearse a day on the production code."),
    "forecast": Place(
        "cli.people.forecast:forecast", "Say how many will write, and how sure that is."
    ),
    "alert": Place("cli.alert:alert", "List alerts, take them over, change their rules."),
    "subscription": Place(
        "cli.subscription:subscription", "Say who is told of alerts and is sent reports."
    ),
    "controller": Place(
        "cli.people.controller:controller", "Watch and overrule the surge controller."
    ),
    "on-call": Place("cli.people.on_call:on_call", "Say who is on call, and call people."),
    "routing": Place("cli.routing:routing", "Say why pools were asked, or were not."),
    "cost": Place("cli.cost:cost", "What a million messages and an idle month cost."),
    "capacity": Place("cli.cost:capacity", "How the queues take a step in the rate."),
    "deploy": Place("cli.deploy:deploy", "Check an AWS account before the first deploy."),
    "secret": Place("cli.deploy:secret", "Set a deployment's secrets; show this machine's."),
    "delivery": Place("cli.delivery:delivery", "List what was sent, and send it again."),
    "customer": Place(
        "cli.customers.commands:customer", "Connect the system that knows customers; export one."
    ),
    "erase": Place("cli.erase:erase", "Delete every text of one sender on one channel."),
    "staff": Place("cli.staff:staff", "Invite your own people, list them, and sign them out."),
    "key": Place("cli.key:key", "Make keys for programs, list them, and remove them."),
    "audit": Place("cli.audit:audit", "Say who changed what, from pages, commands and the API."),
    "dlq": Place("cli.dlq:dlq", "List dead letters and send them again."),
}
ALSO = {"surge": "controller", "oncall": "on-call"}
"""Other names by which people call a command."""


@click.group(
    cls=LazyGroup,
    places=COMMANDS,
    also=ALSO,
    epilog=example("surgeline up", 'surgeline send "Where is my order?"'),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda context, _, asked: _print_release(context) if asked else None,
    help="Show the version and its commit, and exit.",
)
def cli() -> None:
    """Take in customer chat, answer the frequent questions, and hand the rest to people."""


def _print_release(context: click.Context) -> None:
    click.echo(f"surgeline {release()}")
    context.exit()


def main() -> None:
    """Run the command line. A bug is reported in one line, or in full with SURGELINE_DEBUG=1."""
    # The threads of numpy's library wait actively for each other. Our code shares large work
    # itself.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        cli.main(prog_name="surgeline")
    except Exception as error:
        if os.environ.get("SURGELINE_DEBUG"):
            raise
        if isinstance(error, ModuleNotFoundError) and error.name in POSIX:
            click.echo(
                "surgeline: this command runs on Linux and macOS; on Windows run it in WSL.",
                err=True,
            )
            sys.exit(2)
        click.echo(
            f"surgeline: unexpected {type(error).__name__}: {error}\n"
            "This is a bug in Surgeline; SURGELINE_DEBUG=1 shows where it happened.",
            err=True,
        )
        sys.exit(1)
