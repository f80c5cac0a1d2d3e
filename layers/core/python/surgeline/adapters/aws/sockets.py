"""Open web sockets are kept by thread in DynamoDB, and pushes go through the WebSocket API.

A connection is two items. A push finds the one in its thread's partition. A close knows only the
connection's id, and finds the other one by it.
"""

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from surgeline.adapters.aws.errors import AwsRefused, Gone, call
from surgeline.adapters.aws.table import CONNECTION, Table, item, number, text
from surgeline.application.ports.clock import Clock
from surgeline.application.ports.sockets import DESK
from surgeline.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient

SORT_KEY = "connection"
LAST = "\uffff"
MOST_OF_A_THREAD = 20
MOST_OF_A_DESK = 100
"""The most pages of one thread, and of one desk, that are pushed to.

The others poll, as every page does after a lost push.
"""


class DynamoSockets:
    """ports.Sockets. `api()` gives the client of the WebSocket API's stage."""

    def __init__(
        self, table: Table, clock: Clock, api: "Callable[[], ApiGatewayManagementApiClient]"
    ) -> None:
        self._table = table
        self._clock = clock
        self._api = api

    def join(self, thread_id: str, connection_id: str, *, expires_at: int) -> None:
        """Remember the connection for this thread alone."""
        expires = expires_at // 1000
        until = {"expires_at": number(expires_at)}
        before = self._table.put(
            item(
                f"{CONNECTION}{connection_id}",
                SORT_KEY,
                {"thread_id": text(thread_id)},
                expires=expires,
            ),
            old=True,
        )
        if before and before["thread_id"]["S"] != thread_id:
            self._table.delete(before["thread_id"]["S"], f"{CONNECTION}{connection_id}")
        self._table.put(item(thread_id, f"{CONNECTION}{connection_id}", until, expires=expires))

    def leave(self, connection_id: str) -> None:
        """Forget the connection."""
        before = self._table.delete(f"{CONNECTION}{connection_id}", SORT_KEY)
        if before:
            self._table.delete(before["thread_id"]["S"], f"{CONNECTION}{connection_id}")

    def shown_by(self, connection_id: str) -> str | None:
        """Return the thread that a connection shows now."""
        found = self._table.get(f"{CONNECTION}{connection_id}", SORT_KEY)
        if found is None or int(found["expires"]["N"]) * 1000 <= self._clock.now():
            return None
        thread_id: str = found["thread_id"]["S"]
        return thread_id

    def push(self, thread_id: str, message: Mapping[str, object]) -> int:
        """Send to the newest connections.

        A closed connection is forgotten, and a refusal is ignored.
        """
        body = json.dumps(message, separators=(",", ":")).encode()
        return sum(self._pushed(each, body) for each in self.connections(thread_id))

    def connections(self, thread_id: str) -> list[str]:
        """Return the newest connections that show the thread now."""
        found = self._table.between(thread_id, CONNECTION, f"{CONNECTION}{LAST}")
        now = self._clock.now()
        open_ = [each for each in found if int(each["expires_at"]["N"]) > now]
        open_.sort(key=lambda each: -int(each["expires_at"]["N"]))
        most = MOST_OF_A_DESK if thread_id.startswith(DESK) else MOST_OF_A_THREAD
        return [each["sk"]["S"].removeprefix(CONNECTION) for each in open_[:most]]

    def _pushed(self, connection_id: str, body: bytes) -> bool:
        try:
            call(self._api().post_to_connection, ConnectionId=connection_id, Data=body)
        except Gone:
            self.leave(connection_id)
            return False
        except (AwsRefused, Unavailable):
            return False
        return True
