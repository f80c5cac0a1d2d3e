"""A visitor's message is taken while the store can't tell whose chat it is."""

from typing import Any, cast

from surgeline.application.conversations.visitor_tokens import Visitor
from surgeline.application.ports.refusals import Throttled

from functions.web_chat.customers_chat import CustomersChat


class _Busy:
    def __getattr__(self, name: str) -> Any:
        raise Throttled(name)


def test_no_message_waits_for_the_store() -> None:
    """Somebody with a name and somebody without one may write while each read is refused."""
    chats = CustomersChat(cast("Any", _Busy()), cast("Any", _Busy()))
    for user in ("", "ann"):
        chats.admit(b"k" * 32, Visitor("web", "v1", 2, user=user), now=1)
