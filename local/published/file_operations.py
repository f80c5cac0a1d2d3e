"""The routes that take files of visitors and of people at the desk are described here."""

from surgeline.domain.ids import CONVERSATION
from surgeline.domain.media.files import MOST_FILES
from surgeline.runtime.uploads import BYTES

from local.published import bodies
from local.published.operation_kinds import MAY_ASK, Operation, of_staff

_PLACE: dict[str, dict[str, object]] = {
    "message": {"type": "string", "pattern": "^[A-Za-z0-9-]{1,64}$"},
    "number": {"type": "integer", "minimum": 0, "maximum": MOST_FILES - 1},
}
OF_FILES: dict[str, Operation] = {
    "POST /v1/web/{channel_id}/files": Operation(
        "A file of a message that is sent next; the same file again changes nothing",
        proof="visitor",
        takes=bytes,
        takes_type=BYTES,
        answers={201: bodies.Uploaded},
        refusals=(400, 401, 403, 409, 413, 415, 429, 503),
        query=_PLACE,
    ),
    "OPTIONS /v1/web/{channel_id}/files": MAY_ASK,
    "POST /v1/staff/pools/{pool_id}/files": of_staff(
        "A file of a reply that is sent next; the same file again changes nothing",
        {201: bodies.Uploaded},
        takes=bytes,
        takes_type=BYTES,
        query={"conversation": {"type": "string", "pattern": f"^{CONVERSATION}$"}, **_PLACE},
    ),
}
