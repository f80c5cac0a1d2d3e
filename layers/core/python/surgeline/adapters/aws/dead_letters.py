"""The dead letters of the queues are read by receiving them and giving them back.

SQS can't list messages. A listing receives every letter, which hides it from other listings for a
moment and counts as a receive. At most ten letters of one FIFO group are shown at a time. The next
ones are shown after their redrive.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from surgeline.adapters.aws.errors import call
from surgeline.adapters.aws.queues import BATCH, SqsQueue, dead_letters_of
from surgeline.application.ports.queues import DeadLetter, Outgoing, Swept

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

HIDDEN_SECONDS: Final = 30
MOST_HELD: Final = 1000
MOST_SWEPT: Final = 5000
"""Letters that a sweep receives. This takes about ten of the thirty seconds of an API call."""
COUNTS: Final = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)
EMPTY_RECEIVES: Final = 2
"""Empty answers that mean an empty queue, because SQS asks only some of its servers each time."""


@dataclass(slots=True)
class _Held:
    """Letters in hand. Their receipts go back to the queue unless the letters were dealt with."""

    letters: list[DeadLetter] = field(default_factory=list)
    receipts: dict[str, str] = field(default_factory=dict)


class SqsDeadLetters:
    """ports.DeadLetters over queues by name. `urls` are the URLs of the queues themselves."""

    def __init__(
        self, client: "SQSClient", urls: Mapping[str, str], *, most_swept: int = MOST_SWEPT
    ) -> None:
        self._client = client
        self._urls = urls
        self._most_swept = most_swept

    def list(self, *, limit: int = 100) -> list[DeadLetter]:
        """Return the letters, the oldest first."""
        found: list[DeadLetter] = []
        for name in self._urls:
            with self._held(name) as held:
                while len(held.letters) < limit and self._receive(name, held):
                    pass
                found += held.letters
        return sorted(found, key=lambda letter: letter.sent_at)[:limit]

    def redrive(self, ids: Sequence[str]) -> int:
        """Send these letters back to the ends of their queues.

        Each letter is sent before it is deleted, so that none is lost.
        """
        wanted = set(ids)
        return sum(self._redrive(name, wanted) for name in self._urls)

    def count(self) -> int:
        """Return SQS's own count, which is approximate and receives nothing."""
        total = 0
        for url in self._urls.values():
            answer = call(
                self._client.get_queue_attributes,
                QueueUrl=dead_letters_of(url),
                AttributeNames=list(COUNTS),
            )
            total += sum(int(answer["Attributes"].get(name, 0)) for name in COUNTS)
        return total

    def redrive_groups(self, wanted: Callable[[str | None], bool]) -> Swept:
        """Receive letters until none is left, and send back those of the wanted groups at once.

        If there are too many for one call, the letters already seen stay hidden for a moment. So
        the next call sees others.
        """
        room, redriven = self._most_swept, 0
        for name in self._urls:
            held = _Held()
            while room > 0 and self._receive(name, held):
                letters, held.letters = held.letters, []
                room -= len(letters)
                chosen = [letter for letter in letters if wanted(letter.group)]
                if chosen:
                    self._send_back(name, chosen)
                    self._delete(name, [held.receipts.pop(letter.id) for letter in chosen])
                redriven += len(chosen)
            if room <= 0:
                return Swept(redriven, complete=False)
            self._give_back(name, held)
        return Swept(redriven, complete=True)

    # ------------------------------------------------------------ private

    def _redrive(self, name: str, wanted: set[str]) -> int:
        """Redrive the letters found, until none is left.

        A FIFO group gives its letters ten at a time.
        """
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
        """Send letters with their own ids as dedup ids.

        A repeat within minutes is therefore sent once, and a later redrive is sent anew.
        """
        SqsQueue(self._client, self._urls[name]).send(
            [
                Outgoing(letter.body, group=letter.group, dedup_id=letter.id)
                for letter in sorted(letters, key=lambda letter: letter.sent_at)
            ]
        )

    @contextmanager
    def _held(self, name: str) -> Iterator[_Held]:
        """Hold letters to be received. Letters that are not deleted are given back at the end."""
        held = _Held()
        try:
            yield held
        finally:
            self._give_back(name, held)

    def _give_back(self, name: str, held: _Held) -> None:
        dead = SqsQueue(self._client, dead_letters_of(self._urls[name]))
        dead.hold(list(held.receipts.values()), 0)

    def _receive(self, name: str, held: _Held) -> bool:
        """Take more letters in hand. Return whether there were any."""
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
