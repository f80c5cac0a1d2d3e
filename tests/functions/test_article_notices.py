"""People are told of changed articles, read them, and the lead sees who has not."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from surgeline.adapters.codec import encode_delivery
from surgeline.adapters.signing.standard_webhooks import decode_secret, verify
from surgeline.application.answers.notices.notice_changes import NoticeChanges
from surgeline.application.answers.notices.readers import told_in_tools
from surgeline.application.answers.notices.tell_pools import deliveries_of
from surgeline.application.configuration import PoolSettings
from surgeline.application.ports.queues import Outgoing
from surgeline.errors import Unavailable
from surgeline.knowledge.articles.notices import ArticleText, Notice, changes_between

from local.virtual.front import Answered
from local.virtual.home import VirtualHome
from local.virtual.network import Answer
from local.virtual.shop import POOL_URL, articles_file
from tests.functions.conftest import published as schema_of
from tests.functions.desks.chatwoot_desk_driver import ChatwootDeskDriver
from tests.functions.desks.desk_driver import DeskDriver
from tests.functions.desks.email_desk_driver import EmailDeskDriver
from tests.functions.desks.slack_desk_driver import SlackDeskDriver
from tests.functions.desks.tool_driver import ToolDriver
from tests.functions.desks.zendesk_desk_driver import ZendeskDeskDriver
from tests.functions.desks.zendesk_messaging_desk_driver import ZendeskMessagingDeskDriver
from tests.functions.drafted import BASE, act, begun, built, published, with_articles
from tests.functions.signed_in import DESK, sign_in
from tests.functions.stage import Stage

NOTICES = f"{BASE}/notices"
HOURS = ArticleText("Hours", "en", "From 9 to 17.")
VENDOR = {"id": "vendor", "kind": "outsourced", "url": POOL_URL}


class Told:
    """A shop with a desk and a vendor, and what both were told."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.got: list[tuple[dict[str, str], bytes]] = []
        stage.home.network.serve(POOL_URL, self._takes)
        stage.configure(pools=[DESK, VENDOR])
        stage.clock.advance(10)
        self.mina = sign_in(stage, "Mina", "agent", "desk")
        self.minute()

    def minute(self) -> None:
        """Let a minute pass, with what it sends."""
        self.stage.clock.advance(60)
        self.stage.call("minute", {})
        self.stage.drain("deliveries")

    def sent(self) -> list[dict[str, Any]]:
        """Return the data of the notices that the vendor was sent."""
        found = [json.loads(body) for _, body in self.got]
        return [each["data"] for each in found if each["type"] == "articles.changed"]

    def unread(self, headers: Any = None) -> list[dict[str, Any]]:
        """Return what a person has not read."""
        answer = self.stage.request("GET", "/v1/staff/notices", None, headers or self.mina)
        assert answer.status == 200, answer.text
        found: list[dict[str, Any]] = answer.json["notices"]
        return found

    def lead(self) -> dict[str, Any]:
        """Return the newest notice as the lead sees it."""
        found: dict[str, Any] = self.stage.admin("GET", NOTICES).json["notices"][0]
        return found

    def reads(self, *ids: object) -> Answered:
        """Let Mina say that she has read notices."""
        return self.stage.request("POST", "/v1/staff/notices/read", {"ids": list(ids)}, self.mina)

    def _takes(self, post: Any) -> Answer:
        self.got.append((dict(post.headers), bytes(post.body)))
        return Answer()


@pytest.fixture
def told(stage: Stage) -> Told:
    """Return the shop once its first articles are remembered."""
    return Told(with_articles(stage))


def changed(stage: Stage, article_id: str, **fields: str) -> None:
    """Publish the shop's articles, one of them with other words."""
    lines = []
    for line in articles_file().decode().splitlines():
        article = json.loads(line)
        lines.append(json.dumps(article | (fields if article["id"] == article_id else {})))
    stage.admin("PUT", BASE, "\n".join(lines).encode())
    built(stage)


def paused(stage: Stage, state: str = "paused") -> None:
    body = {"article": "en-hours", "state": state, "reason": "the summer"}
    assert stage.admin("PUT", f"{BASE}/states", body).status == 200


def test_nobody_is_told_of_the_first_articles(told: Told) -> None:
    """The first look only remembers what answers."""
    told.minute()
    assert (told.sent(), told.unread()) == ([], [])
    assert told.stage.admin("GET", NOTICES).json["notices"] == []


def test_a_changed_answer_is_told_with_its_difference_and_acknowledged(told: Told) -> None:
    """The vendor gets a signed event of the published form, and each says when it was read."""
    changed(told.stage, "en-hours", answer="We are open from 10 to 16 h.")
    told.minute()
    told.minute()
    [data] = told.sent()
    [article] = data["articles"]
    assert (article["article_id"], article["kind"], article["important"]) == (
        "en-hours",
        "changed",
        True,
    )
    assert article["answer"][0].startswith("We are open")
    assert article["answer"][1] == "We are open from 10 to 16 h."
    headers, body = told.got[-1]
    verify(
        [decode_secret(told.stage.secret)],
        headers,
        body,
        now_seconds=told.stage.clock.now() // 1000,
    )
    schema_of()["articles.changed"].validate(json.loads(body))
    [unread] = told.unread()
    assert unread["articles"] == data["articles"]
    seen = told.lead()
    assert [each["name"] for each in seen["unread"]] == ["Mina", "vendor"]
    assert told.reads(unread["id"]).json == {"read": 1}
    answer = told.stage.pool("articles.read", {"notice_id": data["notice_id"]})
    assert (answer.status, answer.json["notice_id"]) == (200, data["notice_id"])
    again = told.stage.pool("articles.read", {"notice_id": data["notice_id"]})
    assert again.json["read_at"] == answer.json["read_at"]
    assert told.unread() == []
    seen = told.lead()
    assert (seen["unread"], [each["name"] for each in seen["read"]]) == ([], ["Mina", "vendor"])


def test_an_unknown_notice_is_refused_and_a_gone_one_is_no_matter(told: Told) -> None:
    """A pool hears 404, and a page that shows what is gone by now goes on."""
    unknown = "shop.c" + "a" * 26
    assert told.stage.pool("articles.read", {"notice_id": unknown}).status == 404
    assert told.stage.pool("articles.read", {"notice_id": "nothing"}).status == 400
    assert told.reads(unknown).json == {"read": 0}
    assert told.reads(7).status == 400
    said = {"id": "m-1", "type": "articles.read", "data": {"notice_id": unknown}}
    path = "/v1/staff/pools/desk/events"
    assert told.stage.request("POST", path, said, told.mina).status == 400


def retired(stage: Stage) -> None:
    """Retire an article by a draft, as a lead does."""
    made = stage.admin("POST", f"{BASE}/drafts", {"retire": "en-hours", "reason": "we closed"})
    draft = made.json["id"]
    act(stage, draft, "propose")
    built(stage)
    act(stage, draft, "approve")
    stage.admin("POST", f"{BASE}/release", {})
    built(stage)


WAYS: dict[str, tuple[Callable[[Stage], Any], str, str]] = {
    "a new article": (published, "published", "new"),
    "an article that is retired": (retired, "published", "removed"),
    "a pause": (paused, "states", "state"),
}


@pytest.mark.parametrize("way", WAYS)
def test_each_way_of_changing_is_told(told: Told, way: str) -> None:
    """The lead sees who did it and why, and pools are told why alone."""
    change, kind, of_article = WAYS[way]
    change(told.stage)
    told.minute()
    seen = told.lead()
    assert (seen["kind"], [each["kind"] for each in seen["articles"]]) == (kind, [of_article])
    assert seen["articles"][0]["who"].startswith("the key")
    assert seen["articles"][0]["reason"]
    [data] = told.sent()
    assert "who" not in data["articles"][0]
    assert data["important"] == (way != "a new article")


def test_a_way_back_and_an_undone_draft_are_told(told: Told) -> None:
    """Both say what the article was meanwhile, and what it is again."""
    draft = published(told.stage)
    told.minute()
    assert act(told.stage, draft, "undo").status in (200, 202)
    built(told.stage)
    told.minute()
    seen = told.lead()
    assert (seen["kind"], seen["articles"][0]["kind"]) == ("rolled_back", "removed")
    changed(told.stage, "en-hours", answer="Never.")
    told.minute()
    told.stage.admin("POST", f"{BASE}/rollback", {"reason": "a mistake"})
    told.minute()
    seen = told.lead()
    assert (seen["kind"], seen["articles"][0]["answer"][0]) == ("rolled_back", "Never.")


def test_what_is_back_within_the_minute_is_not_told(told: Told) -> None:
    """Nobody has to read of a state that nobody saw. Neither are phrasings told."""
    paused(told.stage)
    told.stage.clock.advance(1)
    paused(told.stage, "automated")
    begun(told.stage)
    told.minute()
    assert told.sent() == []


def test_a_pool_reads_only_its_languages_and_a_newcomer_nothing_old(told: Told) -> None:
    """An agent who was invited later has nothing to catch up with."""
    told.stage.configure(pools=[DESK, VENDOR | {"languages": ["ko"]}])
    changed(told.stage, "en-hours", answer="We are open from 10 to 16 h.")
    told.minute()
    assert told.sent() == []
    ben = sign_in(told.stage, "Ben", "agent", "desk")
    assert told.unread(ben) == []
    assert [each["name"] for each in told.lead()["unread"]] == ["Mina"]


def test_nobody_is_expected_to_read_for_a_drill(told: Told) -> None:
    """Neither the agents at its desk, nor its pools over webhooks or in tools of their own."""
    team = PoolSettings("team", "in_house", reached_by="slack")
    assert told_in_tools([team, replace(team, id="trainees", drill=True)]) == ["team"]
    told.stage.configure(pools=[each | {"drill": True} for each in (DESK, VENDOR)])
    changed(told.stage, "en-hours", answer="We are open from 10 to 16 h.")
    told.minute()
    assert told.lead()["unread"] == []


def test_a_version_of_an_earlier_release_is_said_to_be_unknown(told: Told) -> None:
    """It kept no texts to compare with. The next change is told as usual."""
    blobs = told.stage.backend.blobs()
    [kept] = [each for each in blobs.keys("knowledge/shop/") if each.endswith(".texts.json")]
    texts = blobs.get(kept)
    changed(told.stage, "en-hours", answer="Never.")
    blobs.delete(kept)
    told.minute()
    assert (told.sent()[0]["known"], told.sent()[0]["articles"]) == (False, [])
    assert [each["known"] for each in told.unread()] == [False]
    blobs.put(kept, texts)
    changed(told.stage, "en-hours", answer="Always.")
    told.minute()
    assert told.sent()[1]["articles"][0]["answer"] == ["Never.", "Always."]


def test_a_minute_that_died_tells_the_pools_later(told: Told) -> None:
    """What was noticed and not told is told by the next minute, once."""
    changed(told.stage, "en-hours", answer="Never.")
    backend, heard = told.stage.backend, list[Notice]()

    def dies(_notices: object) -> None:
        raise Unavailable("the queue is away")

    parts = backend.blobs(), backend.notebook()
    with pytest.raises(Unavailable):
        NoticeChanges(*parts, dies, backend.clock)("shop")
    for _ in range(2):
        assert NoticeChanges(*parts, heard.extend, backend.clock)("shop") == []
    assert [each.changes[0].article_id for each in heard] == ["en-hours"]


@pytest.mark.parametrize(
    "kind",
    [
        SlackDeskDriver,
        EmailDeskDriver,
        ChatwootDeskDriver,
        ZendeskDeskDriver,
        ZendeskMessagingDeskDriver,
    ],
)
def test_a_team_reads_it_in_its_own_tool(kind: type[DeskDriver], tmp_path: Path) -> None:
    """It stands beside all conversations, is sent once, and also if an answer was lost."""
    desk = kind(VirtualHome(tmp_path))
    [change] = changes_between({"a": HOURS}, {"a": replace(HOURS, answer="From 10 to 16.")})
    notice = Notice(id="shop.c1", at=1, knowledge_base="shop", kind="published", changes=(change,))
    [delivery] = deliveries_of([notice], [PoolSettings("team", "in_house", None, kind.KIND)])
    if isinstance(desk, ToolDriver):
        desk.lose_answer()
    for _ in range(2):
        message = Outgoing(encode_delivery(delivery), delivery.group, delivery.dedup_id)
        desk.home.backend.queue("deliveries").send([message])
        desk.home.run_for(30)
    [text] = desk.seen()
    assert "Hours has changed.\nBefore: From 9 to 17.\nNow: From 10 to 16." in text
    desk.home.close()
