"""The emulator as a process: installed into a folder of its own, started, stopped."""

import os
import shutil
import ssl
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import urllib3
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HERE = Path(__file__).parent
FOLDER = HERE.parents[1] / "build" / "emulator"
REGION, ACCOUNT = "us-east-1", "000000000000"
READY_SECONDS = 60
CALLS = "calls.jsonl"
"""The file in which the emulator notes every call that it judges by a role."""


@dataclass(frozen=True, slots=True)
class Emulator:
    """A running emulator; `environ` is what a client of it needs in its environment."""

    port: int
    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """Return where its one entrance is."""
        return f"https://127.0.0.1:{self.port}"

    @property
    def environ(self) -> Mapping[str, str]:
        """Return the environment of the CDK CLI, of boto3 and of the command line."""
        certificate = str(self.folder / "certificate.pem")
        return {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",  # the emulator's root, known to everybody
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_ENDPOINT_URL": self.url,
            "AWS_CA_BUNDLE": certificate,
            "NODE_EXTRA_CA_CERTS": certificate,
            "SSL_CERT_FILE": certificate,
            "CDK_REQUIRE_APPROVAL": "never",
        }

    def stop(self) -> None:
        """Stop it; its functions end with it."""
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()


def start(folder: Path, port: int) -> Emulator:
    """Install where needed, start, and wait until it answers. Raises TimeoutError."""
    python = installed(folder / "venv")
    certificate, key = _certificate(folder)
    temporary = folder / "tmp"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    (folder / CALLS).unlink(missing_ok=True)
    environ = {
        "SURGELINE_CALLS": str(folder / CALLS),
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TMPDIR": str(temporary),
        "AUTH": "true",
        "USE_SSL": "1",
        "MINISTACK_SSL_CERT": str(certificate),
        "MINISTACK_SSL_KEY": str(key),
        "AWS_CA_BUNDLE": str(certificate),
        "IOT_MTLS_ENABLED": "0",
        "LAMBDA_EXECUTOR": "local",
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_REGION": REGION,
    }
    with (folder / "emulator.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - the interpreter that was just installed
            [python, str(HERE / "launch.py")], env=environ, stdout=log, stderr=log, cwd=folder
        )
    emulator = Emulator(port, folder, process)
    _wait(emulator, certificate)
    return emulator


def installed(venv: Path) -> Path:
    """Return the interpreter of the emulator, which is installed where it is not yet."""
    wanted = HERE / "requirements.txt"
    stamp, python = venv / "requirements.txt", venv / "bin" / "python"
    if not stamp.exists() or stamp.read_text() != wanted.read_text():
        made = ("venv", "-q", "--clear", "--python", sys.executable, str(venv))
        listed = ("pip", "install", "-q", "--require-hashes", "--python", str(python))
        for arguments in (made, (*listed, "-r", str(wanted))):
            subprocess.run([sys.executable, "-m", "uv", *arguments], check=True)  # noqa: S603 - ours
        stamp.write_text(wanted.read_text())
    return python


def _certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for 127.0.0.1, good for two days."""
    folder.mkdir(parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths


def _wait(emulator: Emulator, certificate: Path) -> None:
    context = ssl.create_default_context(cafile=str(certificate))
    http = urllib3.PoolManager(ssl_context=context, retries=False, timeout=2)
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and emulator.process.poll() is None:
        try:
            if http.request("GET", f"{emulator.url}/_ministack/health").status == 200:
                return
        except urllib3.exceptions.HTTPError:
            time.sleep(0.2)
    log = (emulator.folder / "emulator.log").read_text(errors="replace")
    emulator.stop()
    raise TimeoutError(f"the emulator does not answer:\n{log[-2000:]}")


if __name__ == "__main__":
    try:
        installed(FOLDER / "venv")
    except subprocess.CalledProcessError:
        sys.exit("the emulator could not be installed")
