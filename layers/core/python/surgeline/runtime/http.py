"""HTTP API events become requests here, and errors become answers, in one table.

A use case raises, and nothing else decides a status code. No body and no customer text is ever
logged.
"""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from surgeline.application.ports.clock import Clock
from surgeline.errors import (
    BadRequest,
    Conflict,
    Disagrees,
    PayloadTooLarge,
    Rejected,
    TooMany,
    Unauthorized,
    Unavailable,
    Unprocessable,
    UnsupportedMedia,
)
from surgeline.runtime.bootstrap import Handler, LambdaEvent
from surgeline.runtime.tally import Tally

MAX_BODY_BYTES = 262_144
OVER_TLS_ALONE = {"strict-transport-security": "max-age=15552000"}
"""A browser that came over TLS comes so for half a year, whatever a link says."""


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. Header names are lower-case, and `body` is the exact bytes sent.

    `raw_query` is the query as it was sent. `peer` is the address that the connection came from.
    `who` is the name of the person or key that the credential proved, and `scopes` is what they
    may do, where a guard has looked. `claims` are those of a token that API Gateway has checked.
    """

    route: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    host: str
    peer: str = ""
    raw_query: str = ""
    who: str = ""
    scopes: frozenset[str] = frozenset()
    claims: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_secure(self) -> bool:
        """Return whether the browser came over https, as API Gateway or a proxy tells."""
        return self.headers.get("x-forwarded-proto", "").rpartition(",")[2].strip() == "https"

    @property
    def socket_base(self) -> str:
        """Return the address at which this host takes sockets: over TLS, if the browser came so."""
        return f"{'wss' if self.is_secure else 'ws'}://{self.host}"


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP response: a status with a JSON-ready body, or with text or bytes.

    For text and bytes the headers name the type. `made` names what a request made or changed, for
    the record of acts, where its address does not.
    """

    status: int
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    made: str = ""


def request_of(event: LambdaEvent, *, max_body_bytes: int = MAX_BODY_BYTES) -> Request:
    """Return the request of an event (payload 2.0). Raises PayloadTooLarge, UnsupportedMedia."""
    raw = event.get("body") or ""
    body = (
        base64.b64decode(raw)
        if event.get("isBase64Encoded")
        else raw.encode("utf-8", "surrogatepass")
    )
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    if cookies := event.get("cookies"):  # an HTTP API takes them out of the headers
        headers["cookie"] = "; ".join(cookies)
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise UnsupportedMedia("send the body without Content-Encoding")
    if len(body) > max_body_bytes:
        raise PayloadTooLarge(
            f"the body has {len(body)} bytes; at most {max_body_bytes} are accepted"
        )
    about = event.get("requestContext", {})
    return Request(
        route=event["routeKey"],
        path=event.get("pathParameters") or {},
        query=event.get("queryStringParameters") or {},
        headers=headers,
        body=body,
        host=headers.get("host", ""),
        peer=about.get("http", {}).get("sourceIp", ""),
        raw_query=event.get("rawQueryString") or "",
        claims=about["authorizer"]["jwt"]["claims"] if "authorizer" in about else {},
    )


def json_only(request: Request) -> None:
    """Refuse a body that doesn't say it is JSON."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise UnsupportedMedia("send Content-Type: application/json")


def http(
    routes: Mapping[str, Callable[[Request], Response]],
    *,
    log: Callable[..., None],
    clock: Clock,
    max_body_bytes: int = MAX_BODY_BYTES,
    larger: Mapping[str, int] = {},
    also: Callable[[Request], Mapping[str, str]] = lambda _request: {},
) -> Handler:
    """Return a Lambda handler over use cases by route key.

    `log(message, **fields)` gets refusals. A flood of one kind is logged once a second, with how
    many were refused since. `also` returns headers for every answer to a readable request. `larger`
    names the routes whose bodies may have more bytes than others.
    """
    floods = {TooMany.code: Tally(clock), Unauthorized.code: Tally(clock)}

    def handler(event: LambdaEvent, context: object) -> dict[str, Any]:
        del context
        more: Mapping[str, str] = {}
        try:
            most = larger.get(str(event.get("routeKey")), max_body_bytes)
            request = request_of(event, max_body_bytes=most)
            more = {**(OVER_TLS_ALONE if request.is_secure else {}), **also(request)}
            return _shape(routes[request.route](request), more)
        except (Rejected, Conflict, Unavailable) as error:
            if count := floods[error.code].count() if error.code in floods else 1:
                log(
                    "refused",
                    route=event.get("routeKey"),
                    code=error.code,
                    reason=getattr(error, "reason", None),
                    count=count,
                )
            return _shape(answer_to(error), more)

    return handler


def answer_to(error: Rejected | Conflict | Unavailable) -> Response:
    """Return the response that a caller sees for an error. This is the error table."""
    body: dict[str, object] = {"code": error.code, "message": str(error)}
    headers: dict[str, str] = {}
    status = error.status if isinstance(error, Rejected) else 503
    if isinstance(error, BadRequest) and error.field:
        body["field"] = error.field
    if isinstance(error, Unprocessable) and error.problems:
        body["problems"] = list(error.problems)
    if isinstance(error, Disagrees) and error.state:
        body["state"] = error.state
    if isinstance(error, Conflict):
        headers["retry-after"] = "1"
    if isinstance(error, (TooMany, Unavailable)):
        headers["retry-after"] = str(error.retry_after_seconds)
    return Response(status, {"error": body}, headers)


def _shape(response: Response, more: Mapping[str, str]) -> dict[str, Any]:
    headers = {"content-type": "application/json; charset=utf-8", "cache-control": "no-store"}
    headers |= {"x-content-type-options": "nosniff", **more, **response.headers}
    raw = isinstance(response.body, bytes)
    return {
        "statusCode": response.status,
        "headers": headers,
        "body": _text_of(response.body),
        "isBase64Encoded": raw,
    }


def _text_of(body: object) -> str:
    if isinstance(body, bytes):
        return base64.b64encode(body).decode()
    return body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
