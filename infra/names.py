"""Names in an account follow from the deployment's as plain values, so stacks need no exports.

A deployment's name begins every name of its own. A bucket's name also holds the account and the
region, because bucket names are unique in the world.
"""

from dataclasses import dataclass

SOCKETS_STAGE = "live"


@dataclass(frozen=True, slots=True)
class Names:
    """The names and ARNs of one deployment in one account and region."""

    deployment: str
    account: str
    region: str

    @property
    def partition(self) -> str:
        """Return the part of the world that the region belongs to."""
        if self.region.startswith("cn-"):
            return "aws-cn"
        return "aws-us-gov" if self.region.startswith("us-gov-") else "aws"

    @property
    def domain(self) -> str:
        """Return the domain of the region's endpoints."""
        return "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"

    # ------------------------------------------------------------ queues

    def queue(self, name: str, *, fifo: bool) -> str:
        """Return the name of a queue of the topology."""
        return f"{self.deployment}-{name}{'.fifo' if fifo else ''}"

    def dead_letters(self, name: str, *, fifo: bool) -> str:
        """Return the name of its dead letters, by the adapters' rule (`queues.dead_letters_of`)."""
        return f"{self.deployment}-{name}-dead{'.fifo' if fifo else ''}"

    def queue_url(self, name: str) -> str:
        """Return the URL of a queue by its whole name."""
        return f"https://sqs.{self.region}.{self.domain}/{self.account}/{name}"

    def queue_arn(self, name: str) -> str:
        """Return the ARN of a queue by its whole name."""
        return self.arn("sqs", name)

    # ------------------------------------------------------------ table, bucket, secrets

    @property
    def table(self) -> str:
        """Return the name of the conversations table."""
        return self.deployment

    @property
    def bucket(self) -> str:
        """Return the name of the artifacts bucket."""
        return f"{self.deployment}-artifacts-{self.account}-{self.region}"

    @property
    def bucket_arn(self) -> str:
        """Return the ARN of that bucket."""
        return f"arn:{self.partition}:s3:::{self.bucket}"

    @property
    def secrets(self) -> str:
        """Return the path below which the secrets' parameters are."""
        return f"/{self.deployment}"

    # ------------------------------------------------------------ accounts of people

    @property
    def accounts(self) -> str:
        """Return the name of the pool of people's accounts."""
        return f"{self.deployment}-staff"

    @property
    def login(self) -> str:
        """Return the name of its login pages, which is one in the whole region."""
        return f"{self.deployment}-{self.account}"

    @property
    def issuer_host(self) -> str:
        """Return the host that issues the pool's tokens."""
        return f"cognito-idp.{self.region}.{self.domain}"

    @property
    def login_host(self) -> str:
        """Return the host of the login pages."""
        return f"{self.login}.auth.{self.region}.amazoncognito.com"

    # ------------------------------------------------------------ functions

    def function(self, name: str) -> str:
        """Return the name of a function of the topology."""
        return f"{self.deployment}-{name.replace('_', '-')}"

    def log_group(self, name: str) -> str:
        """Return the log group of a function of the topology."""
        return f"/aws/lambda/{self.function(name)}"

    def sockets_url(self, api_id: str) -> str:
        """Return the address that pages connect to."""
        host = f"{api_id}.execute-api.{self.region}.{self.domain}"
        return f"wss://{host}/{SOCKETS_STAGE}"

    def arn(self, service: str, resource: str) -> str:
        """Return an ARN of this account and region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"
