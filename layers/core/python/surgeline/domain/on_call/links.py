"""The link of a call is made here. Its token proves that a person was asked, and opens no more."""

import hmac
from urllib.parse import quote

from surgeline.domain.ids import keyed_id


def token_of(key: bytes, call_id: str, person: str) -> str:
    """Return the token with which the person answers the call."""
    return keyed_id("k", key, "call", call_id, person)


def is_token(key: bytes, call_id: str, person: str, token: str) -> bool:
    """Return whether the token is that of the call and the person."""
    return hmac.compare_digest(token_of(key, call_id, person).encode(), token.encode("utf-8"))


def link_of(address: str, key: bytes, call_id: str, person: str) -> str:
    """Return the address of the page on which the person answers.

    What follows the number sign stays in the browser, so that no server logs it and no scanner of
    mails answers in the person's place.
    """
    told = "/".join(quote(each, safe="") for each in (call_id, person))
    return f"{address.rstrip('/')}/called#{told}/{token_of(key, call_id, person)}"
