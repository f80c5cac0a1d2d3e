"""The virtual front takes HTTP requests by the real routes, with the real event shapes."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from surgeline.adapters.signing.standard_webhooks import decode_secret, sign
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.randomness import Randomness
from surgeline.runtime.bootstrap import LambdaEvent

from infra.topology import Function
from local.home.lambda_events import HttpRequest, http_event
from local.home.routes import Routes

Body = bytes | Mapping[str, Any] | None
Call = Callable[[str, LambdaEvent], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer that a caller got."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:  # noqa: ANN401 # a body is any JSON
        """Return the body as JSON."""
        return json.loads(self.text)


class Front:
    """A front that answers requests by calling the function of the route.

    The call is `call(function name, event)`.
    """

    def __init__(
        self, functions: Iterable[Function], call: Call, clock: Clock, randomness: Randomness
    ) -> None:
        self._routes = Routes(functions)
        self._call = call
        self._clock = clock
        self._randomness = randomness

    def request(
        self,
        method: str,
        path: str,
        body: Body = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answered:
        """Answer one request. As at the edge, the answer is 404 where there is no route."""
        raw_path, _, query = path.partition("?")
        match = self._routes.match(method, raw_path)
        if match is None:
            return Answered(404, {}, '{"message":"Not Found"}')
        base = {"host": "shop.test", "content-type": "application/json"}
        given = base | dict(headers or {})
        request = HttpRequest(
            method=method,
            raw_path=raw_path,
            raw_query=query,
            headers=[(name.lower(), value) for name, value in given.items() if value],
            body=_raw(body),
            source_ip="127.0.0.1",
            protocol="HTTP/1.1",
            at=self._clock.now(),
        )
        event = http_event(request, match.route_key, match.parameters)
        answer = self._call(match.function, event)
        return Answered(answer["statusCode"], answer["headers"], answer["body"])

    def signed(
        self,
        path: str,
        body: Body,
        *,
        secret: str,
        webhook_id: str | None = None,
        at: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answered:
        """Answer a POST that is signed by Standard Webhooks. `at` is in epoch seconds."""
        raw = _raw(body)
        proof = sign(
            [decode_secret(secret)],
            webhook_id=webhook_id or f"msg_{self._randomness.token(8).hex()}",
            timestamp=self._clock.now() // 1000 if at is None else at,
            body=raw,
        )
        return self.request("POST", path, raw, proof | dict(headers or {}))


def _raw(body: Body) -> bytes:
    if body is None or isinstance(body, bytes):
        return body or b""
    return json.dumps(body).encode()
