"""Events tell here of files that came with messages, and of messages that were taken back.

The event of a message that the customer took back is here too, because its files go with it.
"""

from dataclasses import dataclass
from typing import Literal

MediaKind = Literal["image", "video", "audio", "file"]


@dataclass(frozen=True, slots=True)
class Media:
    """A file that came with a message, before anybody fetched it.

    `ref` is the provider's name for it, or its address there. `name` is what it is called there.
    """

    kind: MediaKind
    ref: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class CustomerDeleted:
    """The customer took a message back at the provider. `deletes` is the message's id.

    Its words and files, and those of its edits, are forgotten.
    """

    id: str
    thread_id: str
    channel_id: str
    at: int
    deletes: str
    type: Literal["customer_deleted"] = "customer_deleted"
    schema: int = 1


@dataclass(frozen=True, slots=True)
class MediaFetched:
    """A file of a message was fetched, or could not be, for the reason in `failure`.

    `media_type` is what its bytes say, and `size` counts them.
    """

    id: str
    thread_id: str
    at: int
    channel_id: str
    conversation_id: str
    message_id: str
    media_id: str
    media_type: str = ""
    size: int = 0
    failure: str = ""
    type: Literal["media_fetched"] = "media_fetched"
    schema: int = 1
