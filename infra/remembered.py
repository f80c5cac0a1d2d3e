"""A deployment remembers what it was told: `python -m infra.remembered ENV [-c NAME=VALUE …]`.

`make deploy` and `make diff` run it first. It ends with 1 and a sentence if the deployment was made
with an argument that is not named now, which would be taken away in silence otherwise. `--forget`
says that this is meant. A deployment that can't be asked has nothing to say.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

REMEMBERED = (
    *("retain", "alarm_email", "tier", "budget", "domain", "certificate", "retention"),
    *("picker", "picker_budget", "embedder", "embedder_budget", "oidc_issuer", "oidc_client"),
)
OUTPUT = "Told"
"""The output of the stack of state that holds the arguments, as JSON."""
FORGET = "--forget"


def missing(told: Mapping[str, str], given: Sequence[str]) -> dict[str, str]:
    """Return the arguments of before that are not given now, as `make` names them."""
    named = {each.partition("=")[0] for each in given}
    return {name.upper(): value for name, value in sorted(told.items()) if name not in named}


def told_to(client: Any, deployment: str) -> dict[str, str]:  # noqa: ANN401 - botocore's
    """Return what a deployment was told, by a client of CloudFormation."""
    [stack] = client.describe_stacks(StackName=f"{deployment}-state")["Stacks"]
    for each in stack.get("Outputs", ()):
        if each["OutputKey"] == OUTPUT:
            told: dict[str, str] = json.loads(each["OutputValue"])
            return told
    return {}


def main() -> None:
    """Compare the arguments with those of before."""
    env, *given = sys.argv[1:]
    if FORGET in given:
        return
    import botocore.session  # noqa: PLC0415 - slow, and only asked for here
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - as above

    try:
        client = botocore.session.get_session().create_client("cloudformation")
        told = told_to(client, f"surgeline-{env}")
    except (BotoCoreError, ClientError):
        return
    lacking = missing(told, given)
    if lacking:
        again = " ".join(f"{name}={value}" for name, value in lacking.items())
        sys.exit(
            f"surgeline: this deployment was made with {again}, and this command does not say so. "
            "Say it again, or say FORGET=yes to take it away."
        )


if __name__ == "__main__":
    main()
