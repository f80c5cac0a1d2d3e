"""The error tree: four families, told apart by type and never by text.

    SurgelineError
    ├── Rejected      the caller's fault: a 4xx, never retried
    │   ├── BadRequest 400 · Unauthorized 401 · Forbidden 403 · NotFound 404
    │   ├── MethodNotAllowed 405 · Disagrees 409 · PayloadTooLarge 413 · UnsupportedMedia 415
    │   └── Unprocessable 422 · TooMany 429
    ├── Conflict      somebody else was quicker: read again and retry now
    └── Unavailable   not now: retry later (retry_after_seconds)
        └── Unreadable    stored by us, and not readable by this release

Anything else is a bug: it is retried, then dead-lettered.
"""


class SurgelineError(Exception):
    """The root; `code` is the stable word for programs, the message is for people."""

    code = "error"


class Rejected(SurgelineError):
    """The request will never succeed as it is."""

    status = 400
    code = "rejected"


class BadRequest(Rejected):
    """The bytes or the fields are not what is accepted; the message names where and what."""

    code = "bad_request"

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class Unauthorized(Rejected):
    """Unknown caller and bad proof look the same from outside; `reason` is for our logs only."""

    status = 401
    code = "unauthorized"

    def __init__(self, message: str = "not authorized", *, reason: str = "credential") -> None:
        super().__init__(message)
        self.reason = reason


class Forbidden(Rejected):
    """A known caller without the scope it needs."""

    status = 403
    code = "forbidden"


class NotFound(Rejected):
    """Absent, or another caller's: both look the same."""

    status = 404
    code = "not_found"


class MethodNotAllowed(Rejected):
    """The path exists, with another method."""

    status = 405
    code = "method_not_allowed"


class Disagrees(Rejected):
    """The caller's picture of the state is out of date; `state` says what it is now."""

    status = 409
    code = "conflict"

    def __init__(self, message: str, *, state: str | None = None) -> None:
        super().__init__(message)
        self.state = state


class PayloadTooLarge(Rejected):
    """Over a stated cap."""

    status = 413
    code = "too_large"


class UnsupportedMedia(Rejected):
    """A content type or encoding that is not read."""

    status = 415
    code = "unsupported_media"


class Unprocessable(Rejected):
    """Well-formed, but not valid; `problems` lists each one with its place."""

    status = 422
    code = "invalid"

    def __init__(self, message: str, *, problems: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems


class TooMany(Rejected):
    """Over a rate that this caller may use."""

    status = 429
    code = "too_many"

    def __init__(self, message: str, *, retry_after_seconds: int = 1) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class Conflict(SurgelineError):
    """A conditional write lost; read again and decide again."""

    code = "conflict"


class Unavailable(SurgelineError):
    """A part we need does not answer now."""

    code = "unavailable"

    def __init__(self, message: str, *, retry_after_seconds: int = 1) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class Unreadable(Unavailable):
    """This release can't read a thing that we stored; it is kept until a release comes that can.

    It is never the caller's fault and never a reason to bury a message.
    """

    code = "unreadable"

    def __init__(self, message: str, *, retry_after_seconds: int = 30) -> None:
        super().__init__(message, retry_after_seconds=retry_after_seconds)
