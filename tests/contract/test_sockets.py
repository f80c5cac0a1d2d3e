"""Open web sockets: who shows a thread, and pushing to them."""

import json

from tests.contract.examples import THREAD
from tests.contract.homes import Home


def join(home: Home, connection_id: str, *, thread_id: str = THREAD, seconds: int = 7200) -> None:
    """Let a page that shows the thread connect."""
    home.sockets.join(thread_id, connection_id, expires_at=home.clock.now() + seconds * 1000)


def test_a_push_reaches_every_connection_of_the_thread(home: Home) -> None:
    """Two open pages both get the same JSON object; other threads get nothing."""
    join(home, "c1")
    join(home, "c2")
    join(home, "c3", thread_id="t" + "b" * 26)
    assert home.sockets.push(THREAD, {"seq": 7, "typing": "Kim 😀"}) == 2
    assert sorted(connection for connection, _text in home.pushed) == ["c1", "c2"]
    assert [json.loads(text) for _connection, text in home.pushed] == [
        {"seq": 7, "typing": "Kim 😀"}
    ] * 2


def test_a_thread_without_connections_is_reached_by_nobody(home: Home) -> None:
    """Pushing to nobody is no error."""
    assert home.sockets.push(THREAD, {"seq": 1}) == 0


def test_who_left_gets_nothing(home: Home) -> None:
    """Leaving ends pushes, also when it is said twice or by a stranger."""
    join(home, "c1")
    home.sockets.leave("c1")
    home.sockets.leave("c1")
    home.sockets.leave("stranger")
    assert home.sockets.push(THREAD, {"seq": 1}) == 0


def test_a_gone_connection_is_forgotten(home: Home) -> None:
    """A connection that can't be reached is not counted and not tried again."""
    join(home, "c1")
    join(home, "c2")
    home.gone.add("c1")
    assert home.sockets.push(THREAD, {"seq": 1}) == 1
    home.gone.clear()
    assert home.sockets.push(THREAD, {"seq": 2}) == 1
    assert [connection for connection, _text in home.pushed] == ["c2", "c2"]


def test_an_expired_connection_is_not_tried(home: Home) -> None:
    """An expired connection is not tried, because the other side closes it anyway."""
    join(home, "c1", seconds=60)
    home.clock.advance(60)
    assert home.sockets.push(THREAD, {"seq": 1}) == 0


def test_a_connection_that_joins_again_shows_the_last_thread(home: Home) -> None:
    """One page shows one thread."""
    join(home, "c1", thread_id="t" + "b" * 26)
    join(home, "c1")
    assert home.sockets.push(THREAD, {"seq": 1}) == 1
    assert home.sockets.push("t" + "b" * 26, {"seq": 1}) == 0


def test_a_connection_tells_which_thread_it_shows(home: Home) -> None:
    """A connection that is unknown, has left, or has expired shows none."""
    join(home, "c1", seconds=60)
    join(home, "c2")
    assert (home.sockets.shown_by("c1"), home.sockets.shown_by("stranger")) == (THREAD, None)
    home.sockets.leave("c2")
    home.clock.advance(60)
    assert (home.sockets.shown_by("c1"), home.sockets.shown_by("c2")) == (None, None)
