"""What is published of the interfaces: up to date, served, and true of the real handlers."""

import gzip
import hashlib
import json
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import jsonschema
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from infra import topology
from infra.topology import Route
from local.home.plan import of_kind
from local.virtual.front import Answered
from local.virtual.shop import ADMIN_KEY
from tests.functions.signed_in import sign_in
from tests.functions.stage import Stage
from tests.often import often

pytestmark = pytest.mark.enable_socket  # a ping goes out, to nobody
PUBLISHED = Path(__file__).parents[2] / "functions" / "web_chat" / "published"
SERVED = {path.stem: json.loads(path.read_text("utf-8")) for path in PUBLISHED.glob("*.json")}
"""What is served. Making it anew would take seconds in every process of tests."""
DOCUMENT = SERVED.pop("openapi")
CASES = [
    (method, path, mode)
    for path, methods in DOCUMENT["paths"].items()
    for method, described in methods.items()
    for mode in ("positive", "negative")
    if path.startswith("/v1/") and (mode == "positive" or "requestBody" in described)
]
"""Every operation with what it should take, and with bodies that it should not."""
EXAMPLES = often(6, 24)
SUCCESS = range(200, 300)


@cache
def described_by_schemathesis() -> Any:
    """Return the document's operations. The import takes a second, which one process spends."""
    import schemathesis

    schemathesis.serializer("application/x-ndjson")(lambda _context, value: value)
    return schemathesis.openapi.from_dict(DOCUMENT)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Yield one stage for all examples, because each is only a request. Passwords are cheap."""
    made = Stage(tmp_path_factory.mktemp("openapi"))
    made.publish()
    scrypt = hashlib.scrypt
    with mock.patch("hashlib.scrypt", lambda words, **how: scrypt(words, **how | {"n": 16})):
        yield made


def test_what_is_published_was_made_from_the_models_of_now() -> None:
    """The files that are served are those that `make schemas` would write."""
    from local.published.__main__ import files

    published = {path.name: path.read_text(encoding="utf-8") for path in PUBLISHED.iterdir()}
    assert published == files(), "run `make schemas`"


def test_every_route_is_in_the_document() -> None:
    """Nothing is served that the document does not know, and the other way round."""
    served = {route.key for each in topology.FUNCTIONS for route in of_kind(each, Route)}
    described = {
        f"{method.upper()} {path}"
        for path, methods in DOCUMENT["paths"].items()
        for method in methods
    }
    assert described == served


@pytest.mark.parametrize("name", sorted(SERVED))
def test_every_schema_is_one_and_is_served(shared: Stage, name: str) -> None:
    """A valid JSON Schema at /v1/schemas/, by the event's type, for anybody."""
    answer = shared.request("GET", f"/v1/schemas/{name}.json")
    assert answer.status == 200
    assert answer.json == SERVED[name]
    jsonschema.Draft202012Validator.check_schema(answer.json)


def test_the_document_is_small_on_the_wire_and_cacheable(shared: Stage) -> None:
    """The document comes compressed, may be cached for minutes, and is not sent twice."""
    answer = shared.request("GET", "/v1/openapi.json", headers={"accept-encoding": "gzip"})
    assert json.loads(gzip.decompress(b64decode(answer.text))) == DOCUMENT
    assert answer.headers["cache-control"].startswith("public, max-age=")
    tag = {"if-none-match": answer.headers["etag"]}
    assert shared.request("GET", "/v1/openapi.json", headers=tag).status == 304


@pytest.mark.parametrize("name", ["nothing.json", "..%2fhandler.py", "openapi", "chat.html"])
def test_nothing_else_is_served_as_a_schema(shared: Stage, name: str) -> None:
    """A name that is no schema is 404, whatever it looks like."""
    assert shared.request("GET", f"/v1/schemas/{name}").status == 404


@pytest.mark.parametrize(("method", "path", "mode"), CASES, ids=str)
def test_the_handlers_do_what_the_document_says(
    shared: Stage, method: str, path: str, mode: str
) -> None:
    """B31: every request is answered as described and never with 5xx, and a body that is none
    is refused.
    """
    from schemathesis import GenerationMode

    operation = described_by_schemathesis()[path][method]
    token = _visitor(shared) if path.startswith("/v1/web/") else ""
    session = sign_in(shared, "Ann", "admin") if path.startswith("/v1/staff/") else {}

    @seed(20_260_301)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=GenerationMode(mode)))
    def holds(case: Any) -> None:
        answer = _send(shared, method, path, case, token=token, session=session)
        if method != "get":
            _restore(shared)
        responses = DOCUMENT["paths"][path][method]["responses"]
        assert str(answer.status) in responses, f"{answer.status} is not described: {answer.text}"
        _check_body(responses[str(answer.status)], answer)
        if mode == "negative" and _breaks_the_body(path, method, case.body):
            assert answer.status not in SUCCESS, f"{case.body!r} was taken"

    holds()


def _restore(stage: Stage) -> None:
    """Restore the callers' configuration, which a request that is no GET may have changed."""
    stage.configure()
    stage.clock.advance(6)


def _visitor(stage: Stage) -> str:
    token: str = stage.request("POST", "/v1/web/web/visitors").json["token"]
    return token


def _send(
    stage: Stage,
    method: str,
    path: str,
    case: Any,
    *,
    token: str,
    session: Mapping[str, str],
) -> Answered:
    """Send the generated request as an authorised caller, and return the answer."""
    known = {"channel_id": "web" if "/web/" in path else "shop", "pool_id": "vendor"}
    made = {k: str(v) for k, v in (case.path_parameters or {}).items()} | known
    target = re.sub(r"\{(\w+)\}", lambda found: made[found[1]].replace("/", "%2F"), path)
    if case.query:
        target += "?" + "&".join(f"{k}={v}" for k, v in case.query.items())
    body = _bytes(case.body)
    [proof] = DOCUMENT["paths"][path][method].get("security", [{}])
    if "signature" in proof:
        return stage.signed(target, body)
    if "staff" in proof:
        return stage.request(method.upper(), target, body, session)
    keys = {"admin": ADMIN_KEY, "visitor": token}
    token = next((keys[name] for name in proof), "")
    return stage.request(method.upper(), target, body, {"authorization": f"Bearer {token}"})


def _bytes(body: Any) -> bytes:
    if type(body).__name__ == "NotSet":
        return b""
    if isinstance(body, str):  # lines of JSON, as they are
        return body.encode("utf-8", "replace")
    return body if isinstance(body, bytes) else json.dumps(body).encode()


def _breaks_the_body(path: str, method: str, body: Any) -> bool:
    """Return whether the document rules the body out, apart from headers and path."""
    content = DOCUMENT["paths"][path][method]["requestBody"]["content"].get("application/json")
    if content is None or type(body).__name__ == "NotSet" or isinstance(body, bytes):
        return False
    return not _validator(content["schema"]).is_valid(json.loads(json.dumps(body)))


def _check_body(described: dict[str, Any], answer: Answered) -> None:
    content = described.get("content", {}).get("application/json")
    if content:
        _validator(content["schema"]).validate(answer.json)


def _validator(schema: dict[str, Any]) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema | {"components": DOCUMENT["components"]})


EXAMPLE = re.compile(r"^```json\n(.*?)^```", re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("file", ["pool-protocol.md", "channel-api.md"])
def test_the_examples_in_the_documentation_are_valid(file: str) -> None:
    """Every event that the documentation shows is one by its schema."""
    text = (Path(__file__).parents[2] / "docs" / file).read_text(encoding="utf-8")
    shown = [json.loads(block) for block in EXAMPLE.findall(text)]
    events = [each for each in shown if "type" in each]
    assert events
    for event in events:
        jsonschema.validate(event, SERVED[event["type"]])


def test_the_configuration_of_the_documentation_is_valid_by_its_schema() -> None:
    """The documentation's configuration is valid by the published schema."""
    text = (Path(__file__).parents[2] / "docs" / "pools.md").read_text(encoding="utf-8")
    [shown, *_] = EXAMPLE.findall(text)
    jsonschema.validate(json.loads(shown), SERVED["configuration"])
