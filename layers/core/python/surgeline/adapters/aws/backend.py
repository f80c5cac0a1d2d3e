"""The AWS home's composition root builds adapters over what a function's settings name.

Each adapter's module is imported when the adapter is first asked for. The intake needs only a queue
and a secret, so it loads nothing of the table, the bucket or the sockets.
"""

import time
from dataclasses import fields
from functools import cached_property
from typing import TYPE_CHECKING

from surgeline.adapters.aws.clients import Clients
from surgeline.adapters.randomness import SystemRandomness
from surgeline.application.ports.queues import OpenGate

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from surgeline.adapters.aws.blobs import S3Blobs
    from surgeline.adapters.aws.condition import AwsInspection
    from surgeline.adapters.aws.conversation_store import DynamoConversationStore
    from surgeline.adapters.aws.dead_letters import SqsDeadLetters
    from surgeline.adapters.aws.delivery_log import DynamoDeliveryLog
    from surgeline.adapters.aws.embedder import BedrockEmbedder
    from surgeline.adapters.aws.ledger import DynamoLedger
    from surgeline.adapters.aws.mails import SesMails
    from surgeline.adapters.aws.offers import DynamoOffers
    from surgeline.adapters.aws.outcomes import DynamoOutcomes
    from surgeline.adapters.aws.picker import BedrockPicker
    from surgeline.adapters.aws.pool_board import DynamoPoolBoard
    from surgeline.adapters.aws.queues import SqsQueue
    from surgeline.adapters.aws.secrets import SsmSecrets
    from surgeline.adapters.aws.sockets import DynamoSockets
    from surgeline.adapters.aws.staff.desk import DynamoDesk
    from surgeline.adapters.aws.staff.desk_links import DynamoDeskLinks
    from surgeline.adapters.aws.staff.people import DynamoActs, DynamoStaff
    from surgeline.adapters.aws.starts import DynamoStarts
    from surgeline.adapters.aws.table import Table
    from surgeline.adapters.aws.waitlist import DynamoWaitlist
    from surgeline.adapters.aws.watch.meter import EmfMeter
    from surgeline.adapters.aws.watch.notebook import DynamoNotebook
    from surgeline.adapters.configuration.kinds import Kinds
    from surgeline.adapters.outbound.sender import Sender
    from surgeline.adapters.outbound.smtp import SmtpMails
    from surgeline.adapters.webhooks import PlainPosts, SignedWebhooks
    from surgeline.application.ports.answering import Answerer
    from surgeline.application.ports.clock import Clock

QUEUE = "_queue"
PARALLEL_GROUPS = 10
"""How many groups are worked on side by side, because a batch has at most ten messages."""


class SystemClock:
    """The system's clock. See ports.clock.Clock."""

    def now(self) -> int:
        """Return UTC epoch milliseconds."""
        return time.time_ns() // 1_000_000


def connect(settings: "DataclassInstance") -> "AwsBackend":
    """Return the backend of this function."""
    return AwsBackend(settings, Clients())


class AwsBackend:
    """`surgeline.runtime.bootstrap.Backend` over an AWS account.

    `settings` has the queues' URLs, the names of the table and the bucket, the path of the secrets
    and the address of the WebSocket API (`wss://…`). A function's settings have only what the
    function uses. Anything else raises AttributeError.
    """

    allows_loopback = False
    parallel_groups = PARALLEL_GROUPS

    def __init__(
        self,
        settings: "DataclassInstance",
        clients: Clients,
        *,
        clock: "Clock | None" = None,
    ) -> None:
        self._settings = settings
        self._clients = clients
        self.clock = clock or SystemClock()
        self.randomness = SystemRandomness()

    @property
    def kinds(self) -> "Kinds":
        """Return the kinds of channels and pools that this release has."""
        from surgeline.adapters.configuration.kinds import Kinds  # noqa: PLC0415 - see the module

        return Kinds()

    def queue(self, name: str) -> "SqsQueue":
        """Return the queue of that URL. A function's settings hold URLs."""
        from surgeline.adapters.aws.queues import SqsQueue  # noqa: PLC0415 - see the module

        return SqsQueue(self._clients.sqs(), name)

    def intake_gate(self, queue_name: str) -> OpenGate:
        """Return a gate that is always open, because Lambda grows with the queue."""
        del queue_name
        return OpenGate()

    def store(self) -> "DynamoConversationStore":
        """Return the store of threads and their logs."""
        from surgeline.adapters.aws.conversation_store import (  # noqa: PLC0415 - see the module
            DynamoConversationStore,
        )

        return DynamoConversationStore(self._table)

    def offers(self) -> "DynamoOffers":
        """Return the store of offer records."""
        from surgeline.adapters.aws.offers import DynamoOffers  # noqa: PLC0415 - see the module

        return DynamoOffers(self._table)

    def pool_board(self) -> "DynamoPoolBoard":
        """Return the board of seats, of pools' reports, and of disabled pools."""
        from surgeline.adapters.aws.pool_board import (  # noqa: PLC0415 - see the module
            DynamoPoolBoard,
        )

        return DynamoPoolBoard(self._table)

    def waitlist(self) -> "DynamoWaitlist":
        """Return the list of conversations that wait for seats."""
        from surgeline.adapters.aws.waitlist import (  # noqa: PLC0415 - see the module
            DynamoWaitlist,
        )

        return DynamoWaitlist(self._table)

    def outcomes(self) -> "DynamoOutcomes":
        """Return the records of how conversations began and ended."""
        from surgeline.adapters.aws.outcomes import (  # noqa: PLC0415 - see the module
            DynamoOutcomes,
        )

        return DynamoOutcomes(self._table)

    def ledger(self) -> "DynamoLedger":
        """Return the ledger."""
        from surgeline.adapters.aws.ledger import DynamoLedger  # noqa: PLC0415 - see the module

        return DynamoLedger(self._table)

    def starts(self) -> "DynamoStarts":
        """Return the count of messages that were begun and did not end."""
        from surgeline.adapters.aws.starts import DynamoStarts  # noqa: PLC0415 - see the module

        return DynamoStarts(self._table, self.clock)

    def staff(self) -> "DynamoStaff":
        """Return the company's own people and their passes."""
        from surgeline.adapters.aws.staff.people import DynamoStaff  # noqa: PLC0415 - see the module

        return DynamoStaff(self._table)

    def acts(self) -> "DynamoActs":
        """Return the record of who changed what."""
        from surgeline.adapters.aws.staff.people import DynamoActs  # noqa: PLC0415 - see the module

        return DynamoActs(self._table)

    def desk(self) -> "DynamoDesk":
        """Return the desks of the pools that are reached by the console."""
        from surgeline.adapters.aws.staff.desk import DynamoDesk  # noqa: PLC0415 - see the module

        return DynamoDesk(self._table)

    def desk_links(self) -> "DynamoDeskLinks":
        """Return the links to the tools in which pools work."""
        from surgeline.adapters.aws.staff.desk_links import (  # noqa: PLC0415 - see the module
            DynamoDeskLinks,
        )

        return DynamoDeskLinks(self._table)

    def notebook(self) -> "DynamoNotebook":
        """Return the small documents that are replaced whole."""
        from surgeline.adapters.aws.watch.notebook import (  # noqa: PLC0415 - see the module
            DynamoNotebook,
        )

        return DynamoNotebook(self._table, self.clock)

    def meter(self) -> "EmfMeter":
        """Return metrics of CloudWatch, by lines of the log."""
        from surgeline.adapters.aws.watch.meter import EmfMeter  # noqa: PLC0415 - see the module

        return EmfMeter(self._setting("table"))

    def delivery_log(self) -> "DynamoDeliveryLog":
        """Return the log of deliveries and their attempts."""
        from surgeline.adapters.aws.delivery_log import (  # noqa: PLC0415 - see the module
            DynamoDeliveryLog,
        )

        return DynamoDeliveryLog(self._table)

    def dead_letters(self) -> "SqsDeadLetters":
        """Return the dead letters of every queue that the settings name."""
        from surgeline.adapters.aws.dead_letters import (  # noqa: PLC0415 - see the module
            SqsDeadLetters,
        )

        return SqsDeadLetters(self._clients.sqs(), self._queue_urls())

    def answerer(self, usual: "Answerer") -> "Answerer":
        """Return the usual answerer."""
        return usual

    def inspection(self) -> "AwsInspection":
        """Return the inspection of the home's condition."""
        from surgeline.adapters.aws.condition import (  # noqa: PLC0415 - see the module
            AwsInspection,
        )

        return AwsInspection(self._clients.sqs(), self._queue_urls(), self.dead_letters())

    def _queue_urls(self) -> dict[str, str]:
        names = [each.name for each in fields(self._settings) if each.name.endswith(QUEUE)]
        return {name.removesuffix(QUEUE): self._setting(name) for name in names}

    def scrub(self) -> bool:
        """Do nothing, because AWS's services wipe deleted data by themselves."""
        return True

    def blobs(self) -> "S3Blobs":
        """Return the store of artifacts and their sources."""
        from surgeline.adapters.aws.blobs import S3Blobs  # noqa: PLC0415 - see the module

        return S3Blobs(self._clients.s3(), self._setting("bucket"))

    def secrets(self) -> "SsmSecrets":
        """Return the store of secrets by name."""
        return self._secrets

    def sockets(self) -> "DynamoSockets":
        """Return the open web sockets."""
        from surgeline.adapters.aws.sockets import DynamoSockets  # noqa: PLC0415 - see the module

        endpoint = self._setting("sockets").replace("wss://", "https://", 1)
        return DynamoSockets(self._table, self.clock, lambda: self._clients.pushes(endpoint))

    def webhooks(self) -> "SignedWebhooks":
        """Return signed posts through the outbound guard."""
        from surgeline.adapters.webhooks import SignedWebhooks  # noqa: PLC0415 - see the module

        return SignedWebhooks(self._network, self.secrets(), self.clock)

    def posts(self) -> "PlainPosts":
        """Return plain posts through the outbound guard."""
        from surgeline.adapters.webhooks import PlainPosts  # noqa: PLC0415 - see the module

        return PlainPosts(self._network)

    def picker(self, model: str) -> "BedrockPicker":
        """Return the model of Amazon Bedrock that picks among candidates."""
        from surgeline.adapters.aws.picker import BedrockPicker  # noqa: PLC0415 - see the module

        return BedrockPicker(self._clients.bedrock_runtime, model)

    def embedder(self, model: str) -> "BedrockEmbedder":
        """Return the model of Amazon Bedrock that turns texts into vectors."""
        from surgeline.adapters.aws.embedder import (  # noqa: PLC0415 - see the module
            BedrockEmbedder,
        )

        return BedrockEmbedder(
            self._clients.bedrock_runtime, model, batches=self._clients.bedrock_batches
        )

    def mails(self) -> "SesMails":
        """Return mails by SES, or by the smarthost that a channel names."""
        from surgeline.adapters.aws.mails import SesMails  # noqa: PLC0415 - see the module

        return SesMails(self._clients.sesv2, lambda: self._smtp, self.clock)

    @cached_property
    def _smtp(self) -> "SmtpMails":
        from surgeline.adapters.outbound.smtp import SmtpMails  # noqa: PLC0415 - see the module

        return SmtpMails(allow_loopback=self.allows_loopback)

    @cached_property
    def _network(self) -> "Sender":
        from surgeline.adapters.outbound.sender import Sender  # noqa: PLC0415 - see the module

        return Sender(allow_loopback=self.allows_loopback)

    @cached_property
    def _secrets(self) -> "SsmSecrets":
        from surgeline.adapters.aws.secrets import SsmSecrets  # noqa: PLC0415 - see the module

        return SsmSecrets(self._clients.ssm(), self._setting("secrets"), self.clock)

    @cached_property
    def _table(self) -> "Table":
        from surgeline.adapters.aws.table import Table  # noqa: PLC0415 - see the module
        from surgeline.application.ports.retention import (  # noqa: PLC0415 - see the module
            days_of,
        )

        days = days_of(getattr(self._settings, "retention", ""))
        return Table(self._clients.dynamodb(), self._setting("table"), days=days)

    def _setting(self, name: str) -> str:
        value: str = getattr(self._settings, name)
        return value
