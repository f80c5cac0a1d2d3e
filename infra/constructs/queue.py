"""A queue and its dead letters are encrypted, and take calls over TLS only."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_sqs as sqs
from constructs import Construct


class QueueWithDeadLetters(Construct):
    """A queue with its dead letters.

    In a FIFO queue each group has its own limit and deduplication.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        dead_name: str,
        fifo: bool,
        visibility_seconds: int,
        max_receive_count: int,
        retention_days: int,
        removal_policy: RemovalPolicy,
    ) -> None:
        super().__init__(scope, construct_id)
        self.dead_letters = self._queue(
            "DeadLetters", dead_name, fifo=fifo, removal_policy=removal_policy
        )
        self.queue = sqs.Queue(
            self,
            "Queue",
            queue_name=name,
            fifo=True if fifo else None,
            deduplication_scope=sqs.DeduplicationScope.MESSAGE_GROUP if fifo else None,
            fifo_throughput_limit=(sqs.FifoThroughputLimit.PER_MESSAGE_GROUP_ID if fifo else None),
            visibility_timeout=Duration.seconds(visibility_seconds),
            retention_period=Duration.days(retention_days),
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            removal_policy=removal_policy,
            dead_letter_queue=sqs.DeadLetterQueue(
                queue=self.dead_letters, max_receive_count=max_receive_count
            ),
        )

    def _queue(
        self, construct_id: str, name: str, *, fifo: bool, removal_policy: RemovalPolicy
    ) -> sqs.Queue:
        """Make the dead letters' queue, whose long retention gives a person time to act."""
        return sqs.Queue(
            self,
            construct_id,
            queue_name=name,
            fifo=True if fifo else None,
            deduplication_scope=sqs.DeduplicationScope.MESSAGE_GROUP if fifo else None,
            fifo_throughput_limit=(sqs.FifoThroughputLimit.PER_MESSAGE_GROUP_ID if fifo else None),
            retention_period=Duration.days(14),
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            removal_policy=removal_policy,
        )
