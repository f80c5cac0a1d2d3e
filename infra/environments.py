"""The deployments that `cdk deploy -c env=…` knows: what differs between them, and nothing else."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Environment:
    """`retain`: whether `cdk destroy` leaves the table and the bucket; `alarm_email` may be empty.

    `requests_per_second` and `burst` are where the edge answers 429; `tier` compares texts.
    """

    name: str
    retain: bool
    log_days: int
    requests_per_second: int = 1000
    burst: int = 2000
    alarm_email: str = ""
    log_level: str = "INFO"
    tier: str = "lexical"

    @property
    def deployment(self) -> str:
        """What every name begins with."""
        return f"surgeline-{self.name}"


ENVIRONMENTS = {
    each.name: each
    for each in (
        Environment("dev", retain=False, log_days=7),
        Environment("prod", retain=True, log_days=30),
    )
}
