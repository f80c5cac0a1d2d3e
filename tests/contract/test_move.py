"""An instance of one machine is carried to AWS, and a move that was cut goes on."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from surgeline.adapters.configuration.format import ConfigurationFormat
from surgeline.application.ports.desk_links import DeskLink
from surgeline.application.ports.ledger import Entry
from surgeline.application.ports.notebook import Page
from surgeline.application.ports.queues import Outgoing
from surgeline.application.ports.staff import Act, Person
from surgeline.runtime.configuration import shelf_of, unheard

from local.home.backend import EmbeddedBackend, open_home
from local.home.backup.carry import TABLES, Carried, carry, carry_thread
from local.home.backup.manifest import BackupRefused
from tests.contract.aws_home import AwsHome, ConsumedSqsQueue, moto_home
from tests.contract.examples import NOON, THREAD, customer_wrote, record, thread

LINK = DeskLink("desk", "ref", f"{THREAD}-1", "o1", 1, NOON)
ARTICLE = b'{"id": "a", "locale": "en", "questions": ["Where is it?"], "answer": "Here."}\n'


class Deployed:
    """A deployment on moto, as a move sees one."""

    def __init__(self, home: AwsHome) -> None:
        self._home = home
        self.clock = home.clock
        self.queues: dict[str, ConsumedSqsQueue] = {}

    def store(self) -> object:
        return self._home.store

    def outcomes(self) -> object:
        return self._home.outcomes

    def blobs(self) -> object:
        return self._home.blobs

    def secrets(self) -> object:
        return self._home.secrets

    def staff(self) -> object:
        return self._home.staff

    def acts(self) -> object:
        return self._home.acts

    def ledger(self) -> object:
        return self._home.ledger

    def notebook(self) -> object:
        return self._home.notebook

    def desk_links(self) -> object:
        return self._home.desk_links

    def queue(self, name: str) -> ConsumedSqsQueue:
        if name not in self.queues:
            self.queues[name] = self._home.queue(fifo=name != "timers")
        return self.queues[name]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[AwsHome]:
    with moto_home(tmp_path) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a home with a thread of three records, a waiting message, articles and people."""
    place = tmp_path / "source"
    backend = open_home(place)
    store = backend.store()
    for number, seq in enumerate((1, 3, 5)):
        event = customer_wrote(f"m{number}", f"Question {number}?")
        store.commit(record(seq, event), thread(seq + 1), expected_seq=seq - 1)
    backend.secrets().put("ids", "the key of ids")
    backend.secrets().put("channels/app", "whsec_app")
    backend.secrets().put("admin", "[]")
    backend.queue("events").send([Outgoing("late", group=THREAD, dedup_id="1")])
    backend.queue("timers").send([Outgoing("timer", delay_seconds=600)])
    backend.blobs().put("knowledge-sources/shop/v1.jsonl", ARTICLE)
    backend.blobs().put("knowledge/shop/current", b'{"version": "v1"}')
    backend.blobs().put("knowledge/shop/reviews", b"[]")
    backend.blobs().put(f"mail-kept/{THREAD}/m1.eml", b"a mail")
    backend.staff().put(Person("u1", "Mina", "agent", ("desk",), NOON))
    backend.acts().keep(Act("a1", NOON, "Mina", "PUT pools/desk", status=200))
    backend.ledger().write(Entry("book", "e1", "{}", 1, NOON * 2))
    backend.notebook().write("alerts", b"[]", after=Page())
    backend.desk_links().tie(LINK)
    backend.desk_links().take("desk", "ref", "Mina")
    backend.close()
    return place


def moved(folder: Path, deployed: Deployed) -> Carried:
    source: EmbeddedBackend = open_home(folder)
    carried = carry(folder, source, deployed, lambda _: None)  # type: ignore[arg-type] # moto's home has the same ports
    source.close()
    return carried


def test_threads_people_and_mails_are_there(folder: Path, home: AwsHome) -> None:
    """I1: every record and the thread's state are the same, so that the conversation goes on."""
    carried = moved(folder, Deployed(home))
    source = open_home(folder)
    assert home.store.thread(THREAD) == source.store().thread(THREAD)
    assert home.store.records(THREAD) == source.store().records(THREAD)
    assert home.blobs.get(f"mail-kept/{THREAD}/m1.eml") == b"a mail"
    assert home.staff.people() == source.staff().people()
    assert [each.id for each in home.acts.find(0, NOON + 1)] == ["a1"]
    assert (carried.threads, carried.records, carried.messages) == (1, 3, 2)


def test_notes_and_links_of_tools_are_there(folder: Path, home: AwsHome) -> None:
    """Alerts, the controller's books and the places in pools' own tools go on as they were."""
    for _ in range(2):
        assert moved(folder, Deployed(home)).notes == 3
    entry = home.ledger.read("book", "e1")
    assert entry is not None
    assert entry.body == "{}"
    assert home.notebook.read("alerts").body == b"[]"
    assert home.desk_links.find("desk", "ref") == LINK
    assert home.desk_links.take("desk", "ref", "Ann") == "Mina"


def test_each_table_of_a_home_is_carried_or_left_on_purpose(folder: Path) -> None:
    """A table that a later release adds needs a row, and somebody who thinks about it."""
    with closing(sqlite3.connect(folder / "conversations.sqlite")) as connection:
        found = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        assert {name for (name,) in found} == set(TABLES)


def test_a_repeat_of_a_message_is_known_in_the_new_home(folder: Path, home: AwsHome) -> None:
    """I2: the key of ids moves, and so does the mark of every message."""
    moved(folder, Deployed(home))
    assert home.secrets.latest("ids") == "the key of ids"
    assert home.secrets.latest("channels/app") == "whsec_app"
    assert home.secrets.latest("admin") is None, "`secret init` makes the keys of operators"
    for number in range(3):
        assert home.store.load(THREAD, f"m{number}").done is not None


def test_waiting_messages_wait_in_the_new_queues(folder: Path, home: AwsHome) -> None:
    """I1: a message that was acknowledged and not handled yet is handled on AWS."""
    deployed = Deployed(home)
    moved(folder, deployed)
    [message] = deployed.queues["events"].receive(10)
    assert (message.body, message.group, message.dedup_id) == ("late", THREAD, "1")
    assert deployed.queues["timers"].receive(10) == [], "its time has not come"


def test_articles_are_uploaded_to_be_built_there(folder: Path, home: AwsHome) -> None:
    """The index of one machine may be of a tier that the deployment has not."""
    carried = moved(folder, Deployed(home))
    assert carried.articles == ("shop",)
    assert home.blobs.get("knowledge-sources/shop/v1.jsonl") == ARTICLE
    assert home.blobs.get("knowledge/shop/reviews") == b"[]"
    assert "knowledge/shop/current" not in home.blobs.keys("knowledge/")


def configured(folder: Path, url: str) -> None:
    """Publish a configuration with one signed channel in the old home."""
    source = open_home(folder)
    form = ConfigurationFormat(source.kinds)
    channel = {"id": "app", "kind": "signed", "reply_url": url}
    configuration = form.parse({"channels": [channel]}, allow_loopback=True)
    shelf_of(source, unheard).publish(configuration, "c1")
    source.close()


def test_the_configuration_is_in_force_there(folder: Path, home: AwsHome) -> None:
    """Channels and pools are known in the new home, and one that is in force there stays."""
    configured(folder, "https://app.example/replies")
    assert moved(folder, Deployed(home)).configuration == "c1"
    assert json.loads(home.blobs.get("configuration/c1.json"))["channels"][0]["id"] == "app"
    assert json.loads(home.blobs.get("configuration/current"))["version"] == "c1"
    home.blobs.put("configuration/current", b'{"version": "c2"}')
    home.blobs.put("configuration/c2.json", home.blobs.get("configuration/c1.json"))
    assert moved(folder, Deployed(home)).configuration == "c2"


def test_endpoints_of_this_machine_are_named_and_not_carried(folder: Path, home: AwsHome) -> None:
    """AWS could not reach them, so that somebody has to say what stands in their place."""
    configured(folder, "http://127.0.0.1:9/")
    carried = moved(folder, Deployed(home))
    assert carried.configuration == ""
    assert "reply_url" in carried.not_configured[0]
    assert not home.blobs.keys("configuration/")


def test_a_move_that_was_cut_goes_on(folder: Path, home: AwsHome) -> None:
    """A repeat appends what is missing and changes nothing else."""
    source = open_home(folder)
    [first, *_] = source.store().records(THREAD)
    home.store.commit(first, replace(thread(2), seq=2), expected_seq=0)
    assert moved(folder, Deployed(home)).records == 2
    assert moved(folder, Deployed(home)).records == 0
    assert home.store.records(THREAD) == source.store().records(THREAD)


def test_a_thread_that_has_gone_on_is_left_alone(folder: Path, home: AwsHome) -> None:
    """I3: what was said in the new home is never put back."""
    moved(folder, Deployed(home))
    home.store.commit(record(7, customer_wrote("m9")), thread(8), expected_seq=6)
    source = open_home(folder).store()
    before = source.thread(THREAD)
    assert before is not None
    assert carry_thread(source, home.store, before) == 0
    assert [each.event.id for each in home.store.records(THREAD)] == ["m0", "m1", "m2", "m9"]


def test_a_deployment_with_other_ids_is_refused(folder: Path, home: AwsHome) -> None:
    """Two keys of ids would give each customer two threads, so nothing is changed."""
    home.secrets.put("ids", "another key")
    with pytest.raises(BackupRefused, match="secret init"):
        moved(folder, Deployed(home))
    assert home.store.thread(THREAD) is None
