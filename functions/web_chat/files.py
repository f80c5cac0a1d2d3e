"""Files of visitors come in here, each before the message that names it.

A file is kept under the id that its message will give it, so a message carries names alone.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import get_args

from surgeline.application.conversations.visitor_tokens import Visitor
from surgeline.application.media.keep_upload import keep_upload
from surgeline.application.media.kept import UPLOADS, key_of
from surgeline.domain.ids import message_id
from surgeline.domain.media.files import MOST_FILES, MediaPlace, media_id
from surgeline.domain.plain_text import plain_text
from surgeline.domain.sent_files.events import MediaKind
from surgeline.errors import BadRequest, Forbidden
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response
from surgeline.runtime.rate_cap import RateCap
from surgeline.runtime.strict_json import text_field
from surgeline.runtime.uploads import upload_answer, uploaded
from surgeline.runtime.visitor_cap import network_of

from functions.web_chat.channels import WebChannels
from functions.web_chat.customers_chat import CustomersChat
from functions.web_chat.proof import Proof, event_id

MAX_NAME = 200
KINDS = get_args(MediaKind)
AT_ONCE, PER_SECOND = 10, 0.1
OF_ONE_ADDRESS_AT_ONCE, OF_ONE_ADDRESS_PER_SECOND = 60, 1.0
HOUR = 3_600
BYTES_OF_ONE_ADDRESS = 100_000_000
BYTES_OF_ALL = 1_000_000_000
"""So many bytes of files are taken at once, and again in an hour.

Anybody may upload, so a day brings at most 25 GB, most of which are deleted after a day. A thousand
photos an hour are more than customers of one instance send.
"""
_AGAIN = "send this one again after the seconds in Retry-After"


class FileRoutes:
    """The route POST /v1/web/{channel_id}/files."""

    def __init__(
        self, backend: Backend, channels: WebChannels, proof: Proof, log: Callable[..., None]
    ) -> None:
        self._blobs = backend.blobs()
        self._clock = backend.clock
        self._channels = channels
        self._proof = proof
        self._chats = CustomersChat(backend.store(), backend.ledger())
        self._log = log
        self._of_one = RateCap(
            burst=AT_ONCE,
            per_second=PER_SECOND,
            refusal=f"at most {AT_ONCE} files at once from one visitor; {_AGAIN}",
        )
        self._of_address = RateCap(
            burst=OF_ONE_ADDRESS_AT_ONCE,
            per_second=OF_ONE_ADDRESS_PER_SECOND,
            refusal=f"too many files from one address; {_AGAIN}",
        )
        self._bytes_of_address = RateCap(
            burst=BYTES_OF_ONE_ADDRESS,
            per_second=BYTES_OF_ONE_ADDRESS / HOUR,
            refusal=f"at most {BYTES_OF_ONE_ADDRESS // 1_000_000} MB of files from one address in "
            f"an hour; {_AGAIN}",
        )
        self._bytes_of_all = RateCap(
            burst=BYTES_OF_ALL,
            per_second=BYTES_OF_ALL / HOUR,
            refusal=f"too many large files from all visitors in this hour; {_AGAIN}",
        )

    def take(self, request: Request) -> Response:
        """Keep a file of a message that is about to be sent. The same file again is harmless."""
        visitor = self._proof.visitor(request)
        check_taken(self._channels, visitor.channel_id)
        number, body = uploaded(request)
        key, now = self._proof.key(), self._clock.now()
        thread = visitor.thread_id(key)
        self._of_one.take(thread, now)
        self._take_bytes(request, len(body), now)
        self._chats.admit(key, visitor, now=now)
        named = event_id(visitor, request.query.get("message", ""))
        place = _place(key, thread, named, number)
        upload = keep_upload(self._blobs, place, body, folder=UPLOADS)
        self._log("kept a file", thread_id=thread, media_id=upload.id, bytes=upload.size)
        return upload_answer(upload)

    def _take_bytes(self, request: Request, size: int, now: int) -> None:
        """Count a file and its bytes for its address, and the bytes for all. Raises TooMany."""
        network = network_of(request.peer, request.headers.get("x-forwarded-for", ""))
        if network is not None:
            self._of_address.take(network, now)
            self._bytes_of_address.take(network, now, size)
        self._bytes_of_all.take("", now, size)


def check_taken(channels: WebChannels, channel_id: str) -> None:
    """Refuse files on a channel that takes none. Raises Forbidden."""
    if not channels.takes_files(channel_id):
        raise Forbidden("this channel takes no files")


def media_of(
    key: bytes, visitor: Visitor, named: str, body: Mapping[str, object]
) -> Sequence[Mapping[str, str]]:
    """Return the files that a message names, with the place where each was uploaded.

    Raises BadRequest.
    """
    given = body.get("files") or []
    if not isinstance(given, list) or len(given) > MOST_FILES:
        raise BadRequest(f"name at most {MOST_FILES} files in a list", field="files")
    thread = visitor.thread_id(key)
    return [
        {**_described(each), "ref": key_of(_place(key, thread, named, number), UPLOADS)}
        for number, each in enumerate(given)
    ]


def _described(file: object) -> dict[str, str]:
    if not isinstance(file, Mapping) or file.get("kind") not in KINDS:
        raise BadRequest('describe a file as {"kind": "image", "name": "photo.jpg"}', field="files")
    name = text_field(file, "name", max_chars=MAX_NAME, min_chars=0, required=False)
    return {"kind": str(file["kind"]), "name": plain_text(name or "")}


def _place(key: bytes, thread: str, named: str, number: int) -> MediaPlace:
    return MediaPlace(thread, media_id(message_id(key, thread, named), number))
