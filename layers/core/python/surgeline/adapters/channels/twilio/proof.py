"""Twilio's signature covers the URL that Twilio calls, and the fields of the form.

The URL is the one that is kept beside the channel's fields. A proxy may change what a request
tells of its URL, so nothing is taken from the request but its query.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from urllib.parse import parse_qs, parse_qsl

from surgeline.adapters.hooks import Call
from surgeline.errors import Unauthorized

MOST_FIELDS = 500
TEXT = "text"
"""The name in a status's URL of our own name for the text."""
_HOST = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[^\]]*\]|[^:/?]*)(?P<port>:[0-9]+)?(?P<rest>.*)"
)
_PORTS = {"http": ":80", "https": ":443"}


def form_of(body: bytes) -> dict[str, list[bytes]]:
    """Return the fields of a form with all their values. Raises ValueError for too many fields."""
    fields: dict[str, list[bytes]] = {}
    pairs = parse_qsl(
        body.decode("latin-1"),
        keep_blank_values=True,
        encoding="latin-1",
        max_num_fields=MOST_FIELDS,
    )
    for name, value in pairs:
        fields.setdefault(name, []).append(value.encode("latin-1"))
    return fields


def signed_form(call: Call) -> dict[str, list[bytes]]:
    """Return the fields that the signature covers.

    A body of JSON has none, because the URL's query has its hash. Raises ValueError for too many
    fields, and Unauthorized for a body with another hash.
    """
    kind = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        return form_of(call.body)
    told = parse_qs(call.query).get("bodySHA256", [""])[0]
    digest = hashlib.sha256(call.body).hexdigest()
    if not hmac.compare_digest(digest.encode(), told.encode(errors="replace")):
        raise Unauthorized(reason="body")
    return {}


def urls_of(hook_url: str, query: str) -> list[str]:
    """Return the URLs that Twilio may have signed, with the usual port and without one."""
    whole = f"{hook_url}?{query}" if query else hook_url
    found = _HOST.fullmatch(whole)
    if found is None:
        return [whole]
    port = "" if found["port"] else _PORTS[found["scheme"]]
    return [whole, f"{found['scheme']}://{found['host']}{port}{found['rest']}"]


def sign(url: str, form: Mapping[str, list[bytes]], token: bytes) -> bytes:
    """Return Twilio's signature of a form that is posted to a URL."""
    signed = url.encode(errors="replace")
    for name in sorted(form):
        for value in sorted(set(form[name])):
            signed += name.encode("latin-1") + value
    return base64.b64encode(hmac.digest(token, signed, hashlib.sha1))
