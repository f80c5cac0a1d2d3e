"""The dead letters of the queues, for people: read by receiving them and giving them back.

SQS can't list: a listing receives every letter, for a moment hidden from other listings, and counts
as a receive. Of one FIFO group at most ten are shown at a time; after their redrive come the next.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from surgeline.adapters.aws.errors import call
from surgeline.adapters.aws.queues import BATCH, SqsQueue, dead_letters_of
from surgeline.application.ports.queues import DeadLetter, Outgoing

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

HIDDEN_SECONDS: Final = 30
MOST_HELD: Final = 1000
EMPTY_RECEIVES: Final = 2
"""SQS asks only some of its servers, so that one empty answer does not mean an empty queue."""


@dataclass(slots=True)
class _Held:
    """Letters in hand: their receipts go back to the queue unless they were dealt with."""

    letters: list[DeadLetter] = field(default_factory=list)
    receipts: dict[str, str] = field(default_factory=dict)


class SqsDeadLetters:
    """ports.DeadLetters over queues by name; `urls` are those of the queues themselves."""

    def __init__(self, client: "SQSClient", urls: Mapping[str, str]) -> None:
        self._client = client
        self._urls = urls

    def list(self, *, limit: int = 100) -> list[DeadLetter]:
        """Oldest first."""
        found: list[DeadLetter] = []
        for name in self._urls:
            with self._held(name) as held:
                while len(held.letters) < limit and self._receive(name, held):
                    pass
                found += held.letters
        return sorted(found, key=lambda letter: letter.sent_at)[:limit]

    def redrive(self, ids: Sequence[str]) -> int:
        """Send these back to their queues' ends; sent before they are deleted, so none is lost."""
        wanted = set(ids)
        return sum(self._redrive(name, wanted) for name in self._urls)

    # ------------------------------------------------------------ private

    def _redrive(self, name: str, wanted: set[str]) -> int:
        """Redrive what is found, until nothing more is: a FIFO group gives way ten at a time."""
        total = 0
        while wanted:
            with self._held(name) as held:
                while not wanted <= held.receipts.keys() and len(held.letters) < MOST_HELD:
                    if not self._receive(name, held):
                        break
                chosen = [letter for letter in held.letters if letter.id in wanted]
                if not chosen:
                    break
                self._send_back(name, chosen)
                self._delete(name, [held.receipts.pop(letter.id) for letter in chosen])
            wanted -= {letter.id for letter in chosen}
            total += len(chosen)
        return total

    def _send_back(self, name: str, letters: Sequence[DeadLetter]) -> None:
        """A letter's own id is its dedup id: repeated within minutes it goes once, later anew."""
        SqsQueue(self._client, self._urls[name]).send(
            [
                Outgoing(letter.body, group=letter.group, dedup_id=letter.id)
                for letter in sorted(letters, key=lambda letter: letter.sent_at)
            ]
        )

    @contextmanager
    def _held(self, name: str) -> Iterator[_Held]:
        """Letters to be received; what is not deleted is given back at the end."""
        held = _Held()
        try:
            yield held
        finally:
            dead = SqsQueue(self._client, dead_letters_of(self._urls[name]))
            dead.hold(list(held.receipts.values()), 0)

    def _receive(self, name: str, held: _Held) -> bool:
        """Take more letters in hand; whether there were any."""
        for _ in range(EMPTY_RECEIVES):
            answer = call(
                self._client.receive_message,
                QueueUrl=dead_letters_of(self._urls[name]),
                MaxNumberOfMessages=BATCH,
                VisibilityTimeout=HIDDEN_SECONDS,
                MessageSystemAttributeNames=["All"],
            )
            messages = answer.get("Messages", [])
            for message in messages:
                letter = _letter(name, message)
                if letter.id not in held.receipts:
                    held.letters.append(letter)
                held.receipts[letter.id] = message["ReceiptHandle"]
            if messages:
                return True
        return False

    def _delete(self, name: str, receipts: Sequence[str]) -> None:
        for start in range(0, len(receipts), BATCH):
            entries: list[Any] = [
                {"Id": str(number), "ReceiptHandle": receipt}
                for number, receipt in enumerate(receipts[start : start + BATCH])
            ]
            call(
                self._client.delete_message_batch,
                QueueUrl=dead_letters_of(self._urls[name]),
                Entries=entries,
            )


def _letter(name: str, message: Any) -> DeadLetter:  # noqa: ANN401 - as the client gives it
    attributes = message["Attributes"]
    return DeadLetter(
        id=message["MessageId"],
        queue=name,
        group=attributes.get("MessageGroupId"),
        body=message["Body"],
        sent_at=int(attributes["SentTimestamp"]),
        receive_count=max(0, int(attributes["ApproximateReceiveCount"]) - 1),
    )
