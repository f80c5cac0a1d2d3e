"""A deployment is packed, loses all that it held, and lives again from the file.

I1: no message that was handled before the backup is lost, and a repeat of one is known.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from surgeline.adapters.aws.blobs import S3Blobs
from surgeline.adapters.aws.conversation_store import DynamoConversationStore
from surgeline.adapters.aws.secrets import SsmSecrets
from surgeline.adapters.codec import decode_event
from surgeline.adapters.signing.standard_webhooks import new_secret
from surgeline.application.answers.knowledge_history import Entry as Published
from surgeline.application.answers.knowledge_history import point_to
from surgeline.application.answers.life.check_draft import ask_for_check
from surgeline.application.answers.publish_knowledge import SOURCES, source_key, version_of
from surgeline.application.ports.desk_links import DeskLink
from surgeline.application.ports.ledger import Entry
from surgeline.application.ports.queues import Outgoing
from surgeline.domain.events import TimerFired

from infra.names import Names
from infra.topology import FUNCTIONS
from local.deployed.bring import STILL, Brought, bring
from local.deployed.items import item_of, line_of
from local.deployed.parts import Deployed
from local.deployed.take import take
from local.home.backup.archive import write
from local.home.backup.manifest import BackupRefused, Manifest
from local.home.backup.unpack import unpack
from tests.contract.aws_home import AwsHome, make_bucket, make_queue, make_table, moto_home
from tests.contract.examples import NOON, THREAD, customer_wrote, record, thread

SECRET = new_secret(b"c" * 32)
OBJECTS = {"configuration/current": b"{}", f"mail-kept/{THREAD}/ä b.eml": b"a mail\xff"}


class Functions:
    """Lambda's side: which functions stand still."""

    def __init__(self) -> None:
        self.still: set[str] = set()
        self.stops = 0
        self.turned: dict[str, int] = {}

    def put_function_concurrency(self, **asked: Any) -> None:
        assert asked["ReservedConcurrentExecutions"] == 0
        self.still.add(asked["FunctionName"])
        self.stops += 1

    def delete_function_concurrency(self, **asked: Any) -> None:
        self.still.remove(asked["FunctionName"])

    def list_event_source_mappings(self, **asked: Any) -> Any:
        return {"EventSourceMappings": [{"UUID": asked["FunctionName"]}]}

    def update_event_source_mapping(self, **asked: Any) -> None:
        name = asked["UUID"]
        self.turned[name] = 1  # AWS takes its time
        (self.still.discard if asked["Enabled"] else self.still.add)(name)
        self.stops += not asked["Enabled"]

    def get_event_source_mapping(self, **asked: Any) -> Any:
        if looks := self.turned.pop(asked["UUID"], 0):
            self.turned[asked["UUID"]] = looks - 1
            return {"State": "Changing"}
        return {"State": "Disabled" if asked["UUID"] in self.still else "Enabled"}


class Account:
    """A deployment on moto, under the names that a real one has."""

    def __init__(self, home: AwsHome) -> None:
        self.home, self.functions = home, Functions()
        self.names = Names(home.prefix, "000000000000", "us-east-1")
        clients = home.clients
        make_bucket(clients, self.names.bucket)
        clients.s3().put_bucket_versioning(
            Bucket=self.names.bucket, VersioningConfiguration={"Status": "Enabled"}
        )
        self.urls = {
            name: make_queue(
                clients,
                self.names.queue(name, fifo=name != "timers").removesuffix(".fifo"),
                fifo=name != "timers",
                max_receive_count=8,
                visibility_seconds=30,
            )
            for name in ("events", "deliveries", "timers")
        }
        self.deployed = Deployed(
            self.names,
            clients.dynamodb(),
            clients.s3(),
            clients.ssm(),
            clients.sqs(),
            self.functions,
            now=home.clock.now,
            pause=home.clock.advance,
        )
        self.secrets = SsmSecrets(clients.ssm(), self.names.secrets, home.clock)
        self.blobs = S3Blobs(clients.s3(), self.names.bucket)

    def fill(self) -> None:
        for number, seq in enumerate((1, 3, 5)):
            event = customer_wrote(f"m{number}", f"Question {number}?")
            self.home.store.commit(record(seq, event), thread(seq + 1), expected_seq=seq - 1)
        self.home.desk_links.tie(DeskLink("desk", "ref", f"{THREAD}-1", "o1", 1, NOON))
        self.home.ledger.write(Entry("book", "e1", "{}", 1, NOON * 2))
        self.secrets.put("ids", "the key of ids")
        self.secrets.put("channels/app", SECRET)
        for key, body in OBJECTS.items():
            self.deployed.s3.put_object(Bucket=self.names.bucket, Key=key, Body=body)

    def lose_all(self) -> None:
        """As if the account were new: every item, object and secret is gone."""
        self.deployed.dynamodb.delete_table(TableName=self.names.table)
        make_table(self.home.clients, self.names.table)
        for key in self.blobs.keys(""):
            self.blobs.delete(key)
        for name in ("ids", "channels/app"):
            self.secrets.delete(name)

    def items(self) -> list[str]:
        found = self.deployed.dynamodb.scan(TableName=self.names.table)["Items"]
        return sorted(map(line_of, found))

    def waiting(self, queue: str) -> list[str]:
        got = self.deployed.sqs.receive_message(QueueUrl=self.urls[queue], MaxNumberOfMessages=10)
        return [each["Body"] for each in got.get("Messages", ())]


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Account]:
    with moto_home(tmp_path) as home:
        opened = Account(home)
        opened.fill()
        yield opened


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "backup.tar.gz"


def denied(**_: Any) -> Any:
    raise PermissionError


def brought(account: Account, file: Path) -> Brought:
    return bring(account.deployed, file)


def test_a_deployment_that_lost_everything_lives_again(account: Account, file: Path) -> None:
    """Every item, object and secret is there, and a repeat of a message is known.

    What was queued is handled before it is packed.
    """
    before, sqs = account.items(), account.deployed.sqs
    account.deployed.send("events", [Outgoing("{}", group="g", dedup_id="1")])
    handle = partial(sqs.purge_queue, QueueUrl=account.urls["events"])
    taken = take(replace(account.deployed, pause=lambda _: handle()), file, release="1")
    assert taken.waiting == dict.fromkeys(account.urls, 0)
    assert file.stat().st_mode & 0o077 == 0
    assert taken.manifest.rows() == len(before)
    account.lose_all()
    account.secrets.put("ids", "the key of a new deployment")
    back = brought(account, file)
    assert (back.threads, back.items, back.objects, back.secrets) == (1, len(before), 2, 2)
    assert account.items() == before
    assert account.secrets.latest("ids") == "the key of ids"
    assert account.secrets.latest("channels/app") == SECRET
    for key, body in OBJECTS.items():
        told = account.deployed.s3.get_object(Bucket=account.names.bucket, Key=key)
        assert told["Body"].read() == body
    for number in range(3):
        assert account.home.store.load(THREAD, f"m{number}").done is not None
    assert account.functions.stops == len(FUNCTIONS)
    assert (account.functions.still, account.functions.turned) == (set(), {}), "they work again"


def test_what_may_have_waited_in_a_queue_is_sent_again(
    account: Account, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Recent events and the timers of open conversations come again, also if a restore was cut."""
    take(account.deployed, file, release="1")
    account.lose_all()

    def cut(*_: Any) -> None:
        raise ConnectionError

    with monkeypatch.context() as down:
        down.setattr(Deployed, "send", cut)
        with pytest.raises(ConnectionError):
            brought(account, file)
    assert account.functions.still, "nobody begins a second thread meanwhile"
    brought(account, file)
    assert [decode_event(each).id for each in account.waiting("events")] == ["m0", "m1", "m2"]
    waiting = account.waiting("timers")
    account.home.clock.advance(2)
    timers = list(map(decode_event, [*waiting, *account.waiting("timers")]))
    assert sorted(each.id for each in timers) == ["m0-timer", "m1-timer", "m2-timer"]
    assert all(isinstance(each, TimerFired) for each in timers)
    account.home.clock.advance(3600)
    for url in account.urls.values():
        account.deployed.sqs.purge_queue(QueueUrl=url)
    later = file.with_name("later.tar.gz")
    take(account.deployed, later, release="1")
    account.lose_all()
    assert brought(account, later).events == 0, "they are old, and left the queues long ago"


def test_a_restore_that_is_made_twice_changes_nothing(
    account: Account, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I3: a thread that has gone on stays as it is, and only what is missing comes.

    One that is cut says that the functions stand still, and the next one lets them work.
    """
    take(account.deployed, file, release="1")
    said: list[str] = []
    with monkeypatch.context() as cut:
        cut.setattr(account.deployed.dynamodb, "batch_get_item", denied)
        with pytest.raises(PermissionError):
            bring(account.deployed, file, said.append)
    assert said[-1] == STILL
    assert len(account.functions.still) == len(FUNCTIONS)
    account.home.store.commit(record(7, customer_wrote("m9")), thread(8), expected_seq=6)
    account.deployed.dynamodb.delete_item(
        TableName=account.names.table, Key={"pk": {"S": "ledger#book"}, "sk": {"S": "e1"}}
    )
    back = brought(account, file)
    assert (back.threads, back.items, back.left, back.objects, back.secrets) == (0, 1, 1, 0, 0)
    [*_, newest] = account.home.store.records(THREAD)
    assert newest.event.id == "m9"
    assert account.home.ledger.read("book", "e1") is not None
    assert account.functions.still == set()


def test_what_answered_before_does_not_answer_again(account: Account, file: Path) -> None:
    """A set that is stored is announced as uploaded now, so only the sets in force are stored."""
    blobs = account.blobs
    for raw in (b"older", b"newer"):
        blobs.put(source_key("shop", version_of(raw)), raw)
        blobs.put(f"{SOURCES}shop/reviews/{version_of(raw)}.jsonl", raw)
        blobs.put(source_key("unbuilt", version_of(raw)), raw)
    ask_for_check(blobs, "shop", "d1", at=NOON)
    newer = version_of(b"newer")
    assert point_to(blobs, "shop", Published(NOON, newer, "published", 1), wanted_at=NOON)
    blobs.put("knowledge/shop/reviews", json.dumps({"reviews": newer}).encode())
    take(account.deployed, file, release="1")
    stored = set(blobs.keys(SOURCES))
    account.lose_all()
    brought(account, file)
    older = version_of(b"older")
    left = {source_key("shop", older), f"{SOURCES}shop/reviews/{older}.jsonl"}
    assert set(blobs.keys(SOURCES)) == stored - left


def test_a_thread_that_goes_on_meanwhile_is_read_between_two_commits(
    account: Account, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I1: the record that a commit moves to the log is never missed between log and thread."""
    dynamodb, store = account.deployed.dynamodb, DynamoConversationStore(account.home.table)
    scan = dynamodb.scan

    def torn(**asked: Any) -> Any:
        page = scan(**asked)
        if "FilterExpression" not in asked:  # the log was read, and then the commit came
            store.commit(record(7, customer_wrote("m9")), thread(8), expected_seq=6)
            head = [each for each in page["Items"] if each["sk"]["S"] == "thread"]
            page["Items"] = [each for each in page["Items"] if each not in head]
            now = dynamodb.get_item(
                TableName=asked["TableName"], Key={"pk": {"S": THREAD}, "sk": {"S": "thread"}}
            )
            page["Items"].append(now["Item"])
            page["Items"].sort(key=lambda each: (each["pk"]["S"], each["sk"]["S"]))
        return page

    monkeypatch.setattr(dynamodb, "scan", torn)
    take(account.deployed, file, release="1")
    monkeypatch.undo()
    account.lose_all()
    brought(account, file)
    assert [each.event.id for each in account.home.store.records(THREAD)] == [
        "m0",
        "m1",
        "m2",
        "m9",
    ]
    assert account.home.store.load(THREAD, "m2").done is not None


def test_a_moment_of_before_can_be_packed(
    account: Account, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Table and bucket are as AWS kept them, and the table that was made for it is gone.

    Whoever gives up before AWS has made it is told which table stays.
    """
    of_bucket = {"Bucket": account.names.bucket, "Key": "deleted before"}
    account.deployed.s3.put_object(**of_bucket, Body=b"")
    account.deployed.s3.delete_object(**of_bucket)
    moment = datetime.now(UTC) + timedelta(seconds=2)
    dynamodb = account.deployed.dynamodb

    def in_use(**_: Any) -> None:
        raise dynamodb.exceptions.ResourceInUseException({}, "DeleteTable")

    said: list[str] = []
    early = moment - timedelta(days=1)
    with monkeypatch.context() as cut:
        cut.setattr(dynamodb, "get_waiter", lambda _: SimpleNamespace(wait=denied))
        cut.setattr(dynamodb, "delete_table", in_use)
        with pytest.raises(PermissionError):
            take(account.deployed, file, release="1", at=early, say=said.append)
    [made] = {*dynamodb.list_tables()["TableNames"]} - {account.names.table}
    assert all(made in each for each in said)
    assert "delete it" in said[-1]
    dynamodb.delete_table(TableName=made)
    take(account.deployed, file, release="1", at=moment)
    assert dynamodb.list_tables()["TableNames"] == [account.names.table]
    account.lose_all()
    back = brought(account, file)
    assert (back.threads, back.objects) == (1, 2)
    before = file.with_name("before.tar.gz")
    take(account.deployed, before, release="1", at=early)
    account.lose_all()
    account.secrets.put("ids", "the key of ids")
    assert brought(account, before).objects == 0, "they were not there then"


def test_what_does_not_fit_is_refused_before_anything_changes(
    account: Account, file: Path, tmp_path: Path
) -> None:
    """Another key of ids, another home and a name that is taken are told in a sentence."""
    take(account.deployed, file, release="1")
    with pytest.raises(BackupRefused, match="another name"):
        take(account.deployed, file, release="1")
    with pytest.raises(BackupRefused, match="--env"):
        unpack(file, tmp_path / "home")
    other = file.with_name("machine.tar.gz")
    (tmp_path / "packed").mkdir()
    write(Manifest("2026-03-01T12:00:00+00:00", "1", {}), tmp_path / "packed", other)
    with pytest.raises(BackupRefused, match="--home"):
        brought(account, other)
    account.secrets.put("ids", "another key")
    with pytest.raises(BackupRefused, match="another secret"):
        brought(account, file)
    assert account.functions.stops == 0


def test_functions_that_can_t_all_be_stopped_go_on(
    account: Account, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever may not stop a trigger changes nothing, and no customer is refused for it."""
    take(account.deployed, file, release="1")

    def refused(**asked: Any) -> None:
        if not asked["Enabled"]:
            raise PermissionError(asked["UUID"])

    monkeypatch.setattr(account.functions, "update_event_source_mapping", refused)
    with pytest.raises(PermissionError):
        brought(account, file)
    assert account.functions.stops > 0
    assert account.functions.still == set()


def test_each_kind_of_attribute_is_carried() -> None:
    """Texts, numbers, sets, truths and bytes are the same, and another kind would be told."""
    whole = {"a": {"S": "ä"}, "b": {"N": "1"}, "c": {"SS": ["x"]}, "d": {"BOOL": True}}
    whole |= {"e": {"B": b"\x00\xff"}}
    assert item_of(line_of(whole)) == whole
    with pytest.raises(BackupRefused, match="kind M"):
        line_of({"m": {"M": {}}})
