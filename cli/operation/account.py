"""The account of AWS that a command works on, with the names of the deployment in it."""

from typing import Any

from infra.environments import ENVIRONMENTS
from infra.names import Names


def signed_in(env: str, region: str | None) -> tuple[Any, Names]:
    """Return a session and the deployment's names.

    Raises LookupError where no account or region is known.
    """
    import botocore.session

    from infra.deployment import AwsAccount

    session = botocore.session.get_session()
    if region:
        session.set_config_variable("region", region)
    named = session.get_config_variable("region")
    if not named:
        raise LookupError("no region is set: give --region, or AWS_DEFAULT_REGION")
    account = AwsAccount(session).identity()
    return session, Names(ENVIRONMENTS[env].deployment, account, named)
