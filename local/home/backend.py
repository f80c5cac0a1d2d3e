"""The embedded home's composition root joins the engine's adapters over one folder.

A handler's settings name `connect` (SURGELINE_BACKEND). The runner, the command line and tests call
`open_home`. A process without doorbells rings nowhere, and a process without sockets pushes
nowhere.
"""

import json
import os
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from surgeline.adapters.codec import RECORDS, RecordFormat
from surgeline.adapters.configuration.kinds import Kinds
from surgeline.adapters.randomness import SystemRandomness
from surgeline.application.ports.answering import Answerer
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.meter import NoMeter
from surgeline.application.ports.queues import Outgoing
from surgeline.application.ports.randomness import Randomness
from surgeline.application.ports.retention import USUAL, Days
from surgeline.runtime.settings import Settings

from infra.topology import Uploads
from local.engine.blobs import FileBlobs
from local.engine.board import SqlitePoolBoard
from local.engine.delivery_log import SqliteDeliveryLog
from local.engine.intake import BacklogGate
from local.engine.ledger import SqliteLedger
from local.engine.notebook import SqliteNotebook
from local.engine.outcomes import SqliteOutcomes
from local.engine.queue import SqliteDeadLetters, SqliteQueue
from local.engine.retention import SqliteRetention
from local.engine.secrets import SqliteSecrets
from local.engine.staff.desk import SqliteDesk
from local.engine.staff.desk_links import SqliteDeskLinks
from local.engine.staff.people import SqliteActs, SqliteStaff
from local.engine.starts import SqliteStarts
from local.engine.store import (
    SqliteConversationStore,
    SqliteOffers,
    SqliteSockets,
    open_store,
)
from local.engine.waitlist import SqliteWaitlist
from local.home import doorbell, names, plan
from local.home.clock import SystemClock
from local.home.condition import EmbeddedInspection
from local.home.pushes import pusher
from local.home.queues import Ring, open_queue

if TYPE_CHECKING:
    from surgeline.adapters.webhooks import HttpSender, PlainPosts, SignedWebhooks
    from surgeline.application.ports.embedding import Embedder
    from surgeline.application.ports.mails import Mails
    from surgeline.application.ports.picking import Picker

Push = Callable[[str, str], bool]
PARALLEL_GROUPS = 10
"""Deliveries to so many groups of a batch are sent side by side."""


def connect(settings: Settings) -> "EmbeddedBackend":
    """Return the backend of this process, as the supervisor described it in the environment."""
    del settings  # which queue is which is in the names that the handler asks for
    return from_environment(os.environ)


def from_environment(environ: Mapping[str, str]) -> "EmbeddedBackend":
    """Return the backend that the environment names. Raises KeyError without SURGELINE_HOME."""
    return open_home(
        Path(environ[names.HOME]),
        plan.named(environ.get(names.PLAN, plan.DEFAULT_NAME)),
        ring=doorbell.ringer(environ),
        push=pusher(environ),
        durable=environ.get(names.SYNCHRONOUS) == "FULL",
    )


def open_home(
    directory: Path,
    queues: plan.Plan = plan.DEFAULT,
    *,
    clock: Clock | None = None,
    ring: Ring | None = None,
    push: Push | None = None,
    durable: bool = False,
    alone: bool = False,
    kinds: Kinds | None = None,
    randomness: Randomness | None = None,
    answerer: Answerer | None = None,
    sender: "HttpSender | None" = None,
    mails: "Mails | None" = None,
    picker: "Picker | None" = None,
    embedder: "Embedder | None" = None,
    parallel_groups: int = PARALLEL_GROUPS,
    records: RecordFormat = RECORDS,
) -> "EmbeddedBackend":
    """Return a home folder's backend, which opens no file before its first use.

    `sender` takes the place of the network, `mails` of mail servers, and `picker` and `embedder` of
    models. A virtual home sets `parallel_groups` to 1, so that all calls have one order. `alone` is
    for a home that no other process opens, and that nobody needs after its end.
    """
    return EmbeddedBackend(
        directory,
        queues,
        clock=clock or SystemClock(),
        ring=ring or (lambda _queue_name: None),
        push=push or (lambda _connection_id, _text: False),
        durable=durable,
        alone=alone,
        kinds=kinds or Kinds(),
        randomness=randomness or SystemRandomness(),
        answerer=answerer,
        sender=sender,
        mails=mails,
        picker=picker,
        embedder=embedder,
        parallel_groups=parallel_groups,
        records=records,
    )


class EmbeddedBackend:
    """The embedded home's backend over a folder (see `surgeline.runtime.bootstrap.Backend`)."""

    def __init__(
        self,
        home: Path,
        queues: plan.Plan,
        *,
        clock: Clock,
        ring: Ring,
        push: Push,
        durable: bool,
        alone: bool,
        kinds: Kinds,
        randomness: Randomness,
        answerer: Answerer | None,
        sender: "HttpSender | None",
        mails: "Mails | None",
        picker: "Picker | None",
        embedder: "Embedder | None",
        parallel_groups: int,
        records: RecordFormat,
    ) -> None:
        self._records = records
        self._picker = picker
        self._embedder = embedder
        self.clock = clock
        self.randomness = randomness
        self.parallel_groups = parallel_groups
        self._answerer = answerer
        self.allows_loopback = True
        self.kinds = kinds
        self._home = home
        self._plan = queues
        self._durable = durable
        self._queues = {
            queue.name: open_queue(
                home,
                queue,
                clock=clock,
                ring=ring,
                durable=durable,
                alone=alone,
                randomness=self.randomness,
            )
            for queue in queues.all_queues
        }
        self._database = open_store(home / "conversations.sqlite", durable=durable, alone=alone)
        self._blobs = FileBlobs(
            home / "blobs", durable=durable, alone=alone, on_put=self._note_upload
        )
        builders = queues.builders
        self._watched = tuple(
            wake.prefix for each in builders for wake in plan.of_kind(each, Uploads)
        )
        self._secrets = SqliteSecrets(home / "secrets.sqlite", alone=alone)
        self._sender = sender
        self._mails = mails
        self._push = push

    def queue(self, name: str) -> SqliteQueue:
        """Return one of the plan's queues. Raises KeyError where there is none."""
        return self._queues[name]

    def intake_gate(self, queue_name: str) -> BacklogGate:
        """Return the gate that bounds how many messages wait in that queue."""
        return BacklogGate(self._queues[queue_name].backlog, self.store(), self.clock)

    def store(self) -> SqliteConversationStore:
        """Return the store of threads and their logs."""
        return SqliteConversationStore(self._database, self._records)

    def offers(self) -> SqliteOffers:
        """Return the store of offer records."""
        return SqliteOffers(self._database)

    def pool_board(self) -> SqlitePoolBoard:
        """Return the board of seats, of the pools' own reports, and of disabled pools."""
        return SqlitePoolBoard(self._database)

    def waitlist(self) -> SqliteWaitlist:
        """Return the waitlist."""
        return SqliteWaitlist(self._database)

    def outcomes(self) -> SqliteOutcomes:
        """Return the records of how conversations began and ended."""
        return SqliteOutcomes(self._database)

    def ledger(self) -> SqliteLedger:
        """Return the books of small documents."""
        return SqliteLedger(self._database)

    def starts(self) -> SqliteStarts:
        """Return the count of messages that were begun and did not end."""
        return SqliteStarts(self._database, self.clock)

    def staff(self) -> SqliteStaff:
        """Return the company's own people and their passes."""
        return SqliteStaff(self._database)

    def acts(self) -> SqliteActs:
        """Return the record of who changed what."""
        return SqliteActs(self._database)

    def desk(self) -> SqliteDesk:
        """Return the desks of the pools that are reached by the console."""
        return SqliteDesk(self._database)

    def desk_links(self) -> SqliteDeskLinks:
        """Return the links to the tools in which pools work."""
        return SqliteDeskLinks(self._database)

    def notebook(self) -> SqliteNotebook:
        """Return the small documents that are replaced whole."""
        return SqliteNotebook(self._database)

    def meter(self) -> NoMeter:
        """Return nothing to tell numbers to, because the lead's page shows them."""
        return NoMeter()

    def delivery_log(self) -> SqliteDeliveryLog:
        """Return the log of deliveries."""
        return SqliteDeliveryLog(self._database)

    def dead_letters(self) -> SqliteDeadLetters:
        """Return the dead letters of every queue."""
        return SqliteDeadLetters(self._queues.values())

    def answerer(self, usual: Answerer) -> Answerer:
        """Return the answerer that replaces the knowledge bases, or else the usual one."""
        return self._answerer or usual

    def inspection(self) -> EmbeddedInspection:
        """Return the inspection of the home's condition."""
        return EmbeddedInspection(self._home, self._queues.values(), self.clock)

    def retention(self, days: Days = USUAL) -> SqliteRetention:
        """Return the retention, which deletes what was kept long enough."""
        return SqliteRetention(self._database, self._queues.values(), days)

    def scrub(self) -> bool:
        """Remove deleted rows from the disk, in every file that holds customers' texts."""
        return all([self._database.scrub(), *(queue.scrub() for queue in self._queues.values())])

    def blobs(self) -> FileBlobs:
        """Return the artifacts and their sources. A new source is an upload."""
        return self._blobs

    def secrets(self) -> SqliteSecrets:
        """Return the secrets."""
        return self._secrets

    def sockets(self) -> SqliteSockets:
        """Return the registry of open web sockets."""
        return SqliteSockets(self._database, clock=self.clock, send=self._push)

    def webhooks(self) -> "SignedWebhooks":
        """Return the sender of signed posts to channels and pools."""
        from surgeline.adapters.webhooks import SignedWebhooks  # noqa: PLC0415 # for few processes

        return SignedWebhooks(self._network, self._secrets, self.clock)

    def posts(self) -> "PlainPosts":
        """Return the sender of plain posts to the providers of channels."""
        from surgeline.adapters.webhooks import PlainPosts  # noqa: PLC0415 # for few processes

        return PlainPosts(self._network)

    def picker(self, model: str) -> "Picker | None":
        """Return the stand-in for a model, if there is one. This home has no model of its own."""
        del model
        return self._picker

    def embedder(self, model: str) -> "Embedder":
        """Return the stand-in for a model, or the model in the AWS account of this environment."""
        from surgeline.adapters.aws.clients import Clients  # noqa: PLC0415 # only where it is on
        from surgeline.adapters.aws.embedder import BedrockEmbedder  # noqa: PLC0415 # as above

        if self._embedder is not None:
            return self._embedder
        clients = Clients()
        return BedrockEmbedder(clients.bedrock_runtime, model, batches=clients.bedrock_batches)

    def mails(self) -> "Mails":
        """Return the sender of mails, which knows smarthosts only."""
        return self._mails or self._smtp

    @cached_property
    def _smtp(self) -> "Mails":
        from surgeline.adapters.outbound.smtp import SmtpMails  # noqa: PLC0415 # for few processes

        return SmtpMails(allow_loopback=self.allows_loopback)

    @cached_property
    def _network(self) -> "HttpSender":
        # Few processes send, so the others are spared TLS and its certificates.
        from surgeline.adapters.outbound.sender import Sender  # noqa: PLC0415 # for few processes

        return self._sender or Sender(allow_loopback=self.allows_loopback)

    def close(self) -> None:
        """Close this process's files. The next use opens the files again."""
        self._database.close()
        self._secrets.close()
        for queue in self._queues.values():
            queue.close()

    def _note_upload(self, key: str) -> None:
        """Send the bucket's notification to each function that the upload wakes.

        The caller of `put` is answered after this, so an upload without a notification was never
        acknowledged.
        """
        if not key.startswith(self._watched):
            return
        woken = self._plan.woken_by_upload(key)
        about = {"key": key, "at": self.clock.now()}
        notes = [Outgoing(json.dumps({**about, "function": each.name})) for each in woken]
        if notes:
            self._queues[plan.UPLOADS_QUEUE].send(notes)
