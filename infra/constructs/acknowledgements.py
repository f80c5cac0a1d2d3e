"""Findings of the checker are accepted here, each on its construct and with its reason."""

from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct


def acknowledge(construct: IConstruct, finding: str, reason: str) -> None:
    """Accept one finding on a construct and what it is made of."""
    Validations.of(construct).acknowledge(Acknowledgment(id=finding, reason=reason))
