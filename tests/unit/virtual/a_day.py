"""This script plays a seed's day of a shop in a virtual home and prints the day's digest."""

import random
import sys
import tempfile
from functools import partial
from pathlib import Path

from surgeline.adapters.outbound.sender import NoReply

from local.home.plan import Plan, unwatched
from local.virtual.home import VirtualHome
from local.virtual.network import Answer, Post
from local.virtual.shop import CHANNEL_URL, POOL_URL, Shop, articles_file

TEXTS = (
    "When are you open?",
    "How long can I return an item?",
    "I want to talk to a person",
    "thanks",
    "no, that is wrong",
    "hello there",
)


class Day:
    """Customers who write as chance has it, and a vendor who is slow, absent or helpful."""

    def __init__(self, folder: Path, seed: int, *, keeps_lines: bool = False) -> None:
        self.chance = random.Random(seed)
        self.home = VirtualHome(
            folder, plan=unwatched(Plan()), seed=seed, variables={"LOG_LEVEL": "CRITICAL"}
        )
        self.home.journal.keeps_lines = keeps_lines
        self.home.network.serve(CHANNEL_URL, self.shows, latency_milliseconds=120)
        self.home.network.serve(POOL_URL, self.hears, latency_milliseconds=700)
        self.shop = Shop(self.home)
        self.shop.publish()

    def run(self, messages: int = 60) -> str:
        """Play the day and return its digest."""
        moment = self.home.clock.now()
        for _ in range(messages):
            moment += self.chance.choice((0, 0, 1_000, 9_000))
            sender, text = f"c{self.chance.randrange(9)}", self.chance.choice(TEXTS)
            self.home.agenda.at(moment, partial(self.shop.write, text, sender=sender))
        self.home.run_for(3_600)
        self.visits()
        self.home.run_for(60)
        return self.home.digest()

    def visits(self) -> None:
        """Let a visitor open the page, and let an operator look for trouble."""
        visitor = self.home.front.request("POST", "/v1/web/web/visitors").json
        sent = {"client_message_id": "1", "text": "When are you open?"}
        token = {"authorization": f"Bearer {visitor['token']}"}
        assert self.home.front.request("POST", "/v1/web/web/messages", sent, token).status == 202
        assert self.shop.admin("POST", "/v1/admin/pools/vendor/secret", {}).status == 200
        assert self.shop.admin("PUT", "/v1/admin/knowledge/shop", articles_file()).status == 202

    def shows(self, post: Post) -> Answer:
        """Show a reply on the channel, which fails now and then."""
        del post
        return Answer(500 if self.chance.random() < 0.1 else 200)

    def hears(self, post: Post) -> Answer:
        """Let the vendor accept some offers and answer some events with words."""
        event = post.json
        if self.chance.random() < 0.1:
            raise NoReply("timeout")
        if event["type"] == "handoff.offered":
            accepts = b"true" if self.chance.random() < 0.7 else b"false"
            return Answer(body=b'{"accepted":' + accepts + b',"agent":{"name":"Kim"}}')
        if event["type"] == "conversation.message":
            about = {key: event["data"][key] for key in ("conversation_id", "epoch")}
            says = partial(self.shop.pool, "message.sent", about | {"text": "I am looking"})
            self.home.agenda.at(post.at + 30_000, says)
        return Answer()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        sys.stdout.write(Day(Path(made), int(sys.argv[1])).run())
