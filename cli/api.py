"""This client calls the instance's HTTP API for the commands; errors become exits."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

import urllib3

from cli.console import Failed, NotReachable, WrongUse

TIMEOUT = urllib3.Timeout(connect=3, read=35)

_CLIENT_ERROR, _UNAUTHORIZED, _NOT_FOUND = 400, 401, 404
_LISTERS = {"pools": "surgeline pool list", "channels": "surgeline channel list"}


class Refused(Failed):
    """The instance answered with an error; `status`, `code` and `body` are its own words."""

    def __init__(self, status: int, body: Mapping[str, Any], *, hint: str = "") -> None:
        error = body.get("error")
        self.status = status
        self.error: Mapping[str, Any] = error if isinstance(error, dict) else {}
        lines = [f"{self.error.get('message') or 'refused'} (HTTP {status})"]
        lines += [f"  {problem}" for problem in self.error.get("problems", ())]
        super().__init__("\n".join([*lines, hint] if hint else lines))


class Api:
    """A client of one instance; `bearer` is an admin key or a visitor's token."""

    def __init__(self, url: str, *, bearer: str | None = None) -> None:
        if not url.startswith(("http://", "https://")):
            raise WrongUse(f"--url must start with http:// or https://, not {url!r}")
        self.url = url.rstrip("/")
        self.bearer = bearer
        self._http = urllib3.PoolManager(retries=False, timeout=TIMEOUT)

    def get(self, path: str) -> Any:  # noqa: ANN401 - JSON
        """Return the JSON at a path. Raises Refused, NotReachable."""
        return self._call("GET", path)

    def post(self, path: str, body: object) -> Any:  # noqa: ANN401 - JSON
        """Post JSON. Raises Refused, NotReachable."""
        return self._call("POST", path, json.dumps(body).encode())

    def put(
        self,
        path: str,
        body: object | bytes,
        *,
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> Any:  # noqa: ANN401 - JSON
        """Put JSON, or bytes as they are. Raises Refused, NotReachable."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self._call("PUT", path, raw, content_type=content_type, headers=headers)

    def patch(self, path: str, body: object) -> Any:  # noqa: ANN401 - JSON
        """Change the fields that the JSON names. Raises Refused, NotReachable."""
        return self._call("PATCH", path, json.dumps(body).encode())

    def delete(self, path: str) -> Any:  # noqa: ANN401 - JSON
        """Remove the object at a path. Raises Refused, NotReachable."""
        return self._call("DELETE", path)

    def _call(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> Any:  # noqa: ANN401 - JSON
        headers = {"Accept": "application/json", **(headers or {})}
        if body is not None:
            headers["Content-Type"] = content_type
        if self.bearer:
            headers["Authorization"] = f"Bearer {self.bearer}"
        try:
            response = self._http.request(method, self.url + path, body=body, headers=headers)
        except urllib3.exceptions.HTTPError as error:
            raise NotReachable(
                f"no instance answers at {self.url} ({_reason(error)}). "
                "Start one with `surgeline up`, or name another with --url."
            ) from error
        answer = _json(response.data)
        if answer is None:
            raise NotReachable(
                f"the server at {self.url} is no Surgeline: {method} {path} gave HTTP "
                f"{response.status} without JSON. Name another address with --url."
            )
        if response.status >= _CLIENT_ERROR:
            hint = _hint(response.status, path, has_key=bool(self.bearer))
            raise Refused(response.status, answer, hint=hint)
        return answer


def admin(url: str, key: str | None) -> Api:
    """Return a client of the admin API. Raises WrongUse without a key."""
    if not key:
        raise WrongUse(
            "an admin key is needed: give --admin-key, set SURGELINE_ADMIN_KEY, or run this in "
            "the folder where `surgeline up` runs (it keeps one in .surgeline/admin-key)."
        )
    if not (key.isascii() and key.isprintable()):
        raise WrongUse(
            "the admin key has a character that no key has, such as a line break or '…': give "
            "the key that `surgeline secret show` or `surgeline secret init` printed."
        )
    return Api(url, bearer=key)


def path(*segments: str) -> str:
    """Return a path below /v1 from segments that people typed; each stays one segment."""
    return "/v1/" + "/".join(quote(segment, safe="") for segment in segments)


def conversation_of(api: Api, conversation_id: str) -> dict[str, Any]:
    """Return a conversation with all its pages put together. Raises Refused, NotReachable."""
    place = path("admin", "conversations", conversation_id)
    found: dict[str, Any] = api.get(place)
    after = found.pop("next_after", None)
    while after is not None:
        page = api.get(f"{place}?after={after}")
        for name in ("entries", "deliveries"):
            found[name] = [*found[name], *page[name]]
        after = page.get("next_after")
    return found


def _json(raw: bytes) -> Any:  # noqa: ANN401 - JSON
    """Return a JSON object, or None for anything else."""
    try:
        value = json.loads(raw)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _reason(error: urllib3.exceptions.HTTPError) -> str:
    """Return the cause in a few words; the long form repeats the address and the object's name."""
    if isinstance(error, urllib3.exceptions.NewConnectionError):
        return "nothing listens there"
    if isinstance(error, urllib3.exceptions.TimeoutError):
        return "no answer in time"
    return type(error).__name__


def _hint(status: int, path: str, *, has_key: bool) -> str:
    if status == _UNAUTHORIZED:
        key = "Is it the key of this instance? `surgeline secret show` prints it."
        return key if has_key else "Is there a web channel of that id?"
    if status == _NOT_FOUND:
        kind, _, name = path.removeprefix("/v1/admin/").partition("/")
        lister = _LISTERS.get(kind)
        if lister and name:
            return f"{unquote(name.partition('/')[0])!r} is not known here; `{lister}` lists them."
        return "Check the name, and that the address is the right instance."
    return ""
