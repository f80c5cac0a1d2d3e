"""What is deployed: small, without what nobody runs, compiled, and the same bytes every time."""

import importlib.util
import platform
import re
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from surgeline.adapters.aws import clients
from surgeline.knowledge.answering.index import TIERS
from surgeline.knowledge.encoders.weights import image_name

from infra import topology
from infra.packages.build import PackagesMissing, build, check, stubs
from infra.packages.fetched import Target
from infra.packages.layout import (
    INTAKE,
    LARGEST_FUNCTION_BYTES,
    LARGEST_INTAKE_BYTES,
    Built,
    Packages,
    architecture_of,
    handler_of,
    layers_of,
    unzipped_bytes,
)
from infra.packages.sources import (
    AWS_SERVICES,
    LISTS,
    REQUIREMENTS,
    core_files,
    function_files,
    is_useful,
)
from infra.packages.zips import write_zip
from infra.refusal import Refused

RUNNING = f"{sys.version_info.major}.{sys.version_info.minor}"
PYC_UNCHECKED_HASH = 1
IN_FORKS = """
import importlib, os, sys
import aws_lambda_powertools, botocore.session, pydantic
for name, *paths in {wanted!r}:
    child = os.fork()
    if not child:
        sys.path[:0] = paths
        importlib.import_module(name).handler
        print(name, "numpy" in sys.modules, flush=True)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        sys.exit(f"{{name}} can't be imported")
"""
"""Imports each handler in a process of its own, after what is big and nobody's own is there."""

LATER = {"chores"}
"""These functions import numpy only when it is needed: once a word seems to be new."""

# Building fetches wheels of the target once; uv keeps them.
pytestmark = [pytest.mark.xdist_group("packages"), pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Packages, Mapping[str, Built]]:
    """Return every package, compiled by the Python that runs the tests."""
    folder = tmp_path_factory.mktemp("packages")
    try:
        return Packages(folder), build(folder, python=RUNNING)
    except Refused:
        pytest.skip("the wheels can't be fetched here")


def names_in(path: Path) -> list[str]:
    """Return the files of a zip."""
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def printed_alone(code: str, paths: Sequence[str], folder: Path) -> str:
    """Return what code prints with these paths: without the repository and what the environment
    adds.
    """
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-S", "-E", "-c", f"import sys; sys.path[:0] = {paths!r}\n{code}"],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("function", topology.FUNCTIONS, ids=lambda function: function.name)
def test_a_function_fits(
    built: tuple[Packages, dict[str, Built]], function: topology.Function
) -> None:
    """A function is under 250 MB unzipped with its layers, and the intake is under 40 MB."""
    limit = LARGEST_INTAKE_BYTES if function.name == INTAKE else LARGEST_FUNCTION_BYTES
    assert 0 < unzipped_bytes(function, built[1]) < limit


def test_nothing_is_packed_that_nobody_runs(
    built: tuple[Packages, dict[str, Built]],
) -> None:
    """No tests, no docs, no stubs, no caches of ours, no service of AWS's that is not called."""
    for path in built[0].folder.glob("*.zip"):
        for name in names_in(path):
            parts = Path(name).parts
            assert "tests" not in parts
            assert not name.endswith((".pyi", ".md", ".rst"))
            if "botocore" in parts and "data" in parts and len(parts) > 4:
                assert parts[3] in AWS_SERVICES


def test_licences_are_kept(built: tuple[Packages, dict[str, Built]]) -> None:
    """Other people's packages come with their licences."""
    names = names_in(built[0].layer("dependencies"))
    assert any("botocore" in name and "LICENSE" in name for name in names)


def test_bytecode_is_used_whatever_the_dates(built: tuple[Packages, dict[str, Built]]) -> None:
    """Every module has bytecode with an unchecked hash, made by the target's minor version."""
    for path in built[0].folder.glob("*.zip"):
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            for name in names:
                if not name.endswith(".py"):
                    continue
                folder, _, file = name.rpartition("/")
                cached = f"{file.removesuffix('.py')}.cpython-{RUNNING.replace('.', '')}.pyc"
                compiled = f"{folder}/__pycache__/{cached}".lstrip("/")
                assert compiled in names, name
                head = archive.read(compiled)[:8]
                assert head[:4] == importlib.util.MAGIC_NUMBER
                assert int.from_bytes(head[4:], "little") == PYC_UNCHECKED_HASH


def test_the_same_inputs_give_the_same_bytes(
    built: tuple[Packages, dict[str, Built]], tmp_path: Path
) -> None:
    """Built again elsewhere, packages have the same hash (numpy is spared: it takes long)."""
    again = build(tmp_path, python=RUNNING, layers=["dependencies"])
    assert {name: each.sha256 for name, each in again.items()} == {
        name: each.sha256 for name, each in built[1].items() if name != "layer-numpy"
    }


@pytest.mark.usefixtures("small_core")
def test_a_layer_is_fetched_once(built: tuple[Packages, dict[str, Built]], tmp_path: Path) -> None:
    """Unchanged lists leave the zip as it is; its stamp says what it was made of."""
    for path in (*built[0].folder.glob("layer-*.json"), *built[0].folder.glob("layer-*.zip")):
        (tmp_path / path.name).hardlink_to(path)
    Packages(tmp_path).layer("core").unlink()
    layer = Packages(tmp_path).layer("dependencies")
    before = layer.stat().st_mtime_ns
    build(tmp_path, python=RUNNING)
    assert layer.stat().st_mtime_ns == before
    assert Packages(tmp_path).layer("core").exists(), "what was gone is made again"


def test_the_trimmed_layer_still_makes_every_client(
    built: tuple[Packages, dict[str, Built]], tmp_path: Path
) -> None:
    """Botocore from the layer alone, in a process of its own, makes each client."""
    with zipfile.ZipFile(built[0].layer("dependencies")) as archive:
        archive.extractall(tmp_path)
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'python')!r})\n"
        "import botocore.session; assert botocore.__file__.startswith(sys.path[0])\n"
        "session = botocore.session.get_session()\n"
        f"for name in {AWS_SERVICES!r}:\n"
        "    client = session.create_client(name, 'us-east-1', endpoint_url='https://x')\n"
        "    assert client.exceptions.ClientError\n"
    )
    subprocess.run([sys.executable, "-S", "-E", "-c", code], check=True)  # noqa: S603 - our own code


def test_every_service_that_is_called_is_packed() -> None:
    """Each client that the adapters make has its service's description in the layer."""
    text = Path(clients.__file__).read_text()
    assert {*re.findall(r'_kept\(\s*"([a-z0-9-]+)"', text)} == set(AWS_SERVICES)


def test_the_core_layer_is_the_package_with_its_texts() -> None:
    """Every module and every text of `surgeline`, and nothing of the laptop's or of the tests."""
    names = {name for name, _ in core_files()}
    assert {"python/surgeline/texts/en.json", "python/surgeline/adapters/aws/backend.py"} <= names
    assert all(name.startswith("python/surgeline/") for name in names)


@pytest.mark.parametrize("function", topology.FUNCTIONS, ids=lambda function: function.name)
def test_a_function_is_its_folder(function: topology.Function) -> None:
    """A package has the handler where the template names it and the page where the handler
    looks.
    """
    names = {name for name, _ in function_files(function)}
    folder = f"functions/{function.name}"
    assert f"{folder}/handler.py" in names
    if function.name == "web_chat":
        page = {f"web/chat/{name}" for name in ("chat.html", "chat.css", "client.js")}
        assert page <= names


def test_functions_start_from_their_zips_alone_with_the_layers_that_they_import(
    built: tuple[Packages, dict[str, Built]], tmp_path: Path
) -> None:
    """Unpacked as Lambda lays them out, the handler that the template names can be imported.

    What is not ours comes from this machine: the layers' wheels are the target's. Numpy is in a
    function's layers exactly where its handler imports it, at once or later.
    """
    with zipfile.ZipFile(built[0].layer("core")) as archive:
        archive.extractall(tmp_path / "opt")
    wanted = []
    for function in topology.FUNCTIONS:
        with zipfile.ZipFile(built[0].function(function.name)) as archive:
            archive.extractall(tmp_path / function.name)
        module, _, name = handler_of(function.name).rpartition(".")
        assert name == "handler"
        wanted.append((module, str(tmp_path / function.name)))
    paths = [str(tmp_path / "opt" / "python"), str(Path(np.__file__).parents[1])]
    told = printed_alone(IN_FORKS.format(wanted=wanted), paths, tmp_path)
    assert told.splitlines() == [
        f"functions.{each.name}.handler {'numpy' in each.layers and each.name not in LATER}"
        for each in topology.FUNCTIONS
    ]
    assert {each.name for each in topology.FUNCTIONS if "numpy" in each.layers} >= LATER


def test_a_layers_list_names_what_requirements_pin() -> None:
    """Every listed package has its version in what the build is held to."""
    pinned = REQUIREMENTS.read_text()
    for path in LISTS.glob("*.txt"):
        lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
        for name in filter(None, lines):
            assert f"\n{name}==" in f"\n{pinned}"


def test_a_zip_depends_on_its_entries_alone(tmp_path: Path) -> None:
    """Order, dates and modes of the files play no part."""
    first = write_zip(tmp_path / "a.zip", [("b", b"2"), ("a", b"1")])
    second = write_zip(tmp_path / "b.zip", [("a", b"1"), ("b", b"2")])
    assert first == second


@pytest.mark.parametrize(
    ("path", "useful"),
    [
        ("numpy/_core/tests/test_a.py", False),
        ("numpy/testing/__init__.py", True),
        ("boto3/examples/s3.rst", False),
        ("boto3-1.0.dist-info/licenses/LICENSE", True),
        ("boto3-1.0.dist-info/RECORD", False),
        ("botocore/data/sqs/2012-11-05/service-2.json.gz", True),
        ("botocore/data/ec2/2016-11-15/service-2.json.gz", False),
        ("botocore/data/endpoints.json", True),
        ("onnxruntime/capi/onnxruntime_pybind11_state.cpython-314-x86_64-linux-gnu.so", True),
        ("onnxruntime/capi/libonnxruntime.so.1.31.1", False),
        ("onnxruntime/transformers/optimizer.py", False),
        ("onnxruntime/LICENSE", True),
        ("pydantic/main.py", True),
        ("pydantic/__pycache__/main.cpython-314.pyc", False),
    ],
)
def test_what_is_useful(path: str, useful: bool) -> None:
    """A file is kept or left out of a package by its path, as each example shows."""
    assert is_useful(Path(path)) is useful


def images(tier: str) -> list[tuple[str, bytes]]:
    """Return small things in place of a tier's weights."""
    return [(f"weights/{image_name(each)}", b"weights") for each in TIERS[tier]]


@pytest.mark.usefixtures("small_core")
def test_the_weights_of_a_tier_are_a_layer_of_those_that_encode(tmp_path: Path) -> None:
    """A tier's weights lie below /opt/weights, and the lexical tier adds none."""
    made = build(tmp_path / "out", python=RUNNING, layers=[], tier="sentence", images=images)
    assert made["layer-weights"].unzipped_bytes == 2 * len(b"weights")
    found = names_in(Packages(tmp_path / "out").layer("weights"))
    assert sorted(found) == [f"weights/{image_name(each)}" for each in ("sentence", "static")]
    for function in topology.FUNCTIONS:
        plain, tiered = layers_of(function), layers_of(function, "sentence")
        added = ("onnxruntime", "weights") if function.encodes else ()
        assert tiered == (*plain, *added)
        # Lambda's own limit.
        assert len(tiered) <= 5
    assert {each.name for each in topology.FUNCTIONS if each.encodes} == {
        each.name for each in topology.FUNCTIONS if "WEIGHTS" in each.settings
    }


@pytest.mark.skipif(
    (platform.system(), platform.machine()) != ("Linux", "x86_64"),
    reason="runs what is fetched for functions of the sentence tier",
)
@pytest.mark.usefixtures("small_core")
def test_what_sentences_are_encoded_on_needs_nothing_else(
    built: tuple[Packages, dict[str, Built]], tmp_path: Path
) -> None:
    """The trimmed onnxruntime, with numpy and without what it asks for, runs our graphs."""
    pytest.importorskip("onnx", reason="there is no build of it for this machine")
    from weights.sentence_graph import comparing_graph

    packages = Packages(tmp_path / "zips")
    try:
        build(
            packages.folder, python=RUNNING, layers=["onnxruntime"], tier="sentence", images=images
        )
    except Refused:
        pytest.skip("the wheels can't be fetched here")
    for layer in (built[0].layer("core"), packages.layer("onnxruntime")):
        with zipfile.ZipFile(layer) as archive:
            archive.extractall(tmp_path / "opt")
    for part in ("numpy", "numpy.libs"):
        (tmp_path / "opt" / part).symlink_to(Path(np.__file__).parents[1] / part)
    (tmp_path / "graph").write_bytes(comparing_graph())
    code = (
        "import numpy as np\n"
        "from surgeline.knowledge.arrays.comparison import Comparison\n"
        "rows = np.eye(3, dtype=np.float32)\n"
        f"graph = open({str(tmp_path / 'graph')!r}, 'rb').read()\n"
        "print(Comparison.of(graph, rows)(rows[1]).argmax())\n"
    )
    paths = [str(tmp_path / "opt" / "python"), str(tmp_path / "opt")]
    assert printed_alone(code, paths, tmp_path) == "1"
    assert sum(each.stat().st_size for each in (tmp_path / "opt/python").rglob("*")) < 40e6


def test_a_deployment_runs_where_its_tier_does() -> None:
    """A deployment runs on arm64 unless its tier's encoders are not known to run there."""
    assert [architecture_of(tier) for tier in TIERS] == ["arm64", "arm64", "x86_64"]


@pytest.mark.usefixtures("small_core")
def test_what_failed_to_be_built_is_not_deployed(tmp_path: Path) -> None:
    """A failed build is not deployed, and layers of one processor never meet functions of
    another.
    """
    fetched: list[str] = []

    def fetch(name: str, into: Path, target: Target) -> None:
        if name == "onnxruntime":
            raise Refused("no such wheel")
        fetched.append(f"{name} {target.platform.partition('-')[0]}")
        into.mkdir()

    packages = Packages(tmp_path)
    build(tmp_path, python=RUNNING, fetch=fetch)
    check(packages, tier="lexical")
    with pytest.raises(Refused, match="no such wheel"):
        build(tmp_path, python=RUNNING, tier="sentence", fetch=fetch)
    for tier in TIERS:
        with pytest.raises(PackagesMissing, match="not built"):
            check(packages, tier=tier)
    build(tmp_path, python=RUNNING, fetch=fetch)
    assert fetched == [
        f"{name} {processor}"
        for processor in ("aarch64", "x86_64", "aarch64")
        for name in ("dependencies", "numpy")
    ]


@pytest.mark.usefixtures("small_core")
def test_a_layer_that_was_cut_off_is_fetched_again(tmp_path: Path) -> None:
    """A layer of another tier that was never finished doesn't pass for the whole one before it."""
    layer = Packages(tmp_path).layer("numpy")

    def fetch(_name: str, into: Path, target: Target) -> None:
        into.mkdir()
        (into / "numpy.py").write_text("")
        if target.platform.startswith("x86_64"):
            layer.write_bytes(b"half")
            raise KeyboardInterrupt

    build(tmp_path, python=RUNNING, layers=["numpy"], fetch=fetch)
    whole = layer.read_bytes()
    with pytest.raises(KeyboardInterrupt):
        build(tmp_path, python=RUNNING, layers=["numpy"], tier="sentence", fetch=fetch)
    build(tmp_path, python=RUNNING, layers=["numpy"], fetch=fetch)
    assert layer.read_bytes() == whole


def test_stubs_stand_in_for_every_package(tmp_path: Path) -> None:
    """A template can be made offline, without a single wheel."""
    packages = stubs(tmp_path)
    for function in topology.FUNCTIONS:
        assert packages.function(function.name).exists()
        for layer in ("core", "dependencies", *function.layers):
            assert packages.layer(layer).exists()
