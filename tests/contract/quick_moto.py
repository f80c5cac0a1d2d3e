"""moto as it is, and quicker: what it reckons anew for every call is reckoned once.

Nothing of what it answers changes. Its slow parts are a list of all methods and a table of all
addresses in each call, a sort of the whole table in each query, and copies of the whole table in
each transaction. Each field of each answer was sought under names that were put together anew, and
all messages of a queue were counted four times for each that came. It reads who calls in which
region off a signature, and proves none. It does not read what botocore says of itself.
"""

import copy
import inspect
from collections import defaultdict
from contextlib import AbstractContextManager
from functools import cache
from types import SimpleNamespace
from typing import Any
from unittest import mock

from botocore import useragent
from botocore.auth import STREAMING_UNSIGNED_PAYLOAD_TRAILER, S3SigV4Auth, SigV4Auth
from moto import backend_index
from moto.core import base_backend, models, responses, serialize
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table
from moto.moto_api._internal import mock_random as _drawn
from moto.sqs import models as sqs

CALLED = ("dynamodb", "sqs", "ssm", "s3")
"""The services that are called most. Their addresses are looked at first."""

_urls = base_backend.BaseBackend.urls.fget
_regions = inspect.unwrap(base_backend.AccountSpecificBackend._generate_regions)
_user_agent, _pick_anew = useragent.UserAgentString.to_string, serialize.AttributePicker.__call__
_validate = sqs.SQSBackend._validate_message
_query, _all_items, _update = Table.query, Table.all_items, DynamoDBBackend.update_item


@cache
def quicken() -> None:
    """Put quicker parts in moto's place, once in a process."""
    models.RESPONSES_METHODS = []  # they serve the library `requests`, which nothing here calls
    known = backend_index.backend_url_patterns
    first = [each for name in CALLED for each in known if each[0] == name]
    backend_index.backend_url_patterns = [*first, *known]
    responses.method_names_from_class = cache(responses.method_names_from_class)
    for module in (responses, sqs):
        module.camelcase_to_underscores = cache(responses.camelcase_to_underscores)
    useragent.sanitize_user_agent_string_component = cache(
        useragent.sanitize_user_agent_string_component
    )
    base_backend.BaseBackend.urls = property(lambda backend: _urls_of(type(backend), backend))
    base_backend.AccountSpecificBackend._generate_regions = _regions_of
    responses.gen_amzn_requestid_long = _request_id
    serialize.AttributePicker.__call__ = _pick
    sqs.SQSBackend._validate_message = _validate_without_counting
    useragent.UserAgentString.to_string = _user_agent_of
    Table.query, Table.all_items = _query_of, _items_of
    Table.__deepcopy__ = _snapshot
    DynamoDBBackend.update_item = _update_a_copy


_known_urls: dict[type, Any] = {}
_known_regions: dict[str, list[str]] = {}


def _urls_of(kind: type, backend: Any) -> Any:
    if kind not in _known_urls:
        assert _urls is not None
        _known_urls[kind] = _urls(backend)
    return _known_urls[kind]


def _regions_of(account: Any, service: str) -> list[str]:
    if service not in _known_regions:
        _known_regions[service] = _regions(account, service)
    return _known_regions[service]


_known_names: dict[Any, tuple[str, ...]] = {}


def _pick(picker: Any, context: Any) -> Any:
    """Return a field of an answer. Its possible names follow from its shape and its kind."""
    about = (type(picker), type(context.obj), context.shape, context.key)
    if about not in _known_names:
        _known_names[about] = tuple(dict.fromkeys(picker.get_possible_keys(context)))
    value = None
    for name in _known_names[about]:
        found = serialize.get_value(context.obj, name, serialize.MISSING)
        if found is not serialize.MISSING:
            value = found
            break
    path = f"{context.key_path}.{context.key}"
    changes = picker.response_transformers.items()
    change = next((change for end, change in changes if path.endswith(end)), None)
    return change(value) if change else value


def _validate_without_counting(backend: Any, queue: Any, *rest: Any, **named: Any) -> None:
    """Validate a message by the one attribute that this asks for."""
    by_content = str(queue.content_based_deduplication).lower() if queue.fifo_queue else None
    asked = SimpleNamespace(
        fifo_queue=queue.fifo_queue,
        attributes={"ContentBasedDeduplication": by_content},
        maximum_message_size=queue.maximum_message_size,
    )
    _validate(backend, asked, *rest, **named)


_user_agents: dict[Any, str] = {}


def _user_agent_of(made: Any) -> str:
    """Return what a client said of itself in its first call."""
    if made not in _user_agents:
        _user_agents[made] = _user_agent(made)
    return _user_agents[made]


def _query_of(table: Any, hash_key: Any, *rest: Any, **named: Any) -> Any:
    """Query a partition and look at no other. An index is searched as before."""
    if not named.get("index_name") and not any(each is not None for each in rest[6:7]):
        table.asked = hash_key
    try:
        return _query(table, hash_key, *rest, **named)
    finally:
        table.__dict__.pop("asked", None)


def _items_of(table: Any) -> Any:
    """Return a partition if one is asked for. Its items are put in order by whoever asks."""
    if "asked" in table.__dict__:
        return [*table.items.get(table.asked, {}).values()]
    return _all_items(table)


def _snapshot(table: Any, _memo: Any) -> Any:
    """Return a copy that shares its items, since an item is never changed in its place."""
    made = copy.copy(table)
    made.items = defaultdict(dict, {key: dict(items) for key, items in table.items.items()})
    return made


def _update_a_copy(backend: Any, table_name: str, key: Any, *rest: Any, **named: Any) -> Any:
    """Update a copy of the item that takes the item's place."""
    table = backend.get_table(table_name)
    hash_key, range_key = backend.get_keys_value(table, key)
    before = table.get_item(hash_key, range_key)
    if before is not None:
        table.items[hash_key][range_key] = copy.deepcopy(before)
    return _update(backend, table_name, key, *rest, **named)


_sign = SigV4Auth.add_auth


def unproved() -> AbstractContextManager[Any]:
    """Let requests be signed by a name alone within the context."""
    return mock.patch.object(SigV4Auth, "add_auth", _name)


def _name(auth: Any, request: Any) -> None:
    """Name the caller and the region as a signature does. Addresses for others are signed whole."""
    if type(auth) not in (SigV4Auth, S3SigV4Auth):
        _sign(auth, request)
        return
    who = f"{auth.credentials.access_key}/20260301/{auth._region_name}/{auth._service_name}"
    del request.headers["Authorization"]  # of a try before this one
    request.headers["Authorization"] = f"AWS4-HMAC-SHA256 Credential={who}/aws4_request, Signature="
    if auth._is_streaming_checksum_payload(request):
        del request.headers["X-Amz-Content-SHA256"]
        request.headers["X-Amz-Content-SHA256"] = STREAMING_UNSIGNED_PAYLOAD_TRAILER


def _request_id(headers: dict[str, Any] | None = None) -> str:
    """Return an id as long as AWS's, of one draw in place of 52."""
    made = f"{_drawn.getrandbits(52 * 4):052x}"
    if headers is not None:
        headers["x-amzn-requestid"] = made
    return made
