"""A real Postfix in a folder: fetched from Debian, never installed, and on loopback alone."""

import os
import shutil
import smtplib
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.instance import free_port

OWNER, GROUP = "news", "uucp"
"""Postfix refuses to run as root all the way, and Debian has these idle accounts."""
QUEUES = (
    *("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private"),
    *("saved", "trace"),
)
SETTINGS = """
compatibility_level = 3.6
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.shop.example
mydestination =
alias_maps =
alias_database =
mynetworks = 127.0.0.0/8
relay_domains = shop.example
recipient_delimiter = +
default_transport = error:nothing leaves this machine
import_environment = MAIL_CONFIG LD_LIBRARY_PATH
export_environment = MAIL_CONFIG LD_LIBRARY_PATH
"""
SERVICES = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


class Missing(Exception):
    """Raised where Postfix can't be fetched or run. The text says why."""


def fetched(folder: Path) -> Path:
    """Return a folder with Postfix's files. Raises Missing."""
    if os.geteuid() != 0:
        raise Missing("its master runs as root only")
    if not shutil.which("apt-get"):
        raise Missing("there is no apt-get to fetch it with")
    done = subprocess.run(
        ["apt-get", "download", "postfix"],  # noqa: S607 - Debian's own
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    packages = list(folder.glob("postfix_*.deb"))
    if not packages:
        raise Missing(done.stderr.strip().splitlines()[-1:] or "nothing came")
    subprocess.run(["dpkg", "-x", packages[0], folder / "root"], check=True)  # noqa: S603, S607 - as above
    _readable(folder)
    return folder / "root"


@dataclass
class Postfix:
    """One Postfix. `transports` says where mails for an address or a domain go."""

    files: Path
    folder: Path
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None

    def start(self, transports: Mapping[str, int]) -> None:
        """Start it, and wait until it answers."""
        configuration, queue, data = (self.folder / name for name in ("conf", "queue", "data"))
        for each in (configuration, data, *(queue / name for name in QUEUES)):
            each.mkdir(parents=True)
            shutil.chown(each, OWNER)
        for name, mode in (("public", 0o710), ("maildrop", 0o730), ("pid", 0o755)):
            (queue / name).mkdir(mode=mode)
            shutil.chown(queue / name, "root" if name == "pid" else OWNER, GROUP)
        shutil.chown(queue, "root")
        _readable(self.folder)
        libraries, programs = self.files / "usr/lib/postfix", self.files / "usr/sbin"
        places = {
            "queue_directory": queue,
            "command_directory": programs,
            "daemon_directory": libraries / "sbin",
            "data_directory": data,
            "shlib_directory": libraries,
            "meta_directory": configuration,
            "mail_owner": OWNER,
            "setgid_group": GROUP,
            "maillog_file": data / "mail.log",
            "maillog_file_prefixes": data,
            "transport_maps": f"texthash:{configuration / 'transport'}",
        }
        written = "".join(f"{name} = {value}\n" for name, value in places.items())
        (configuration / "main.cf").write_text(SETTINGS + written)
        (configuration / "master.cf").write_text(SERVICES.format(port=self.port))
        (configuration / "dynamicmaps.cf").touch()
        lines = [f"{each} smtp:[127.0.0.1]:{port}\n" for each, port in transports.items()]
        (configuration / "transport").write_text("".join(lines))
        self._process = subprocess.Popen(  # noqa: S603 - the fetched program
            [libraries / "sbin/master", "-c", configuration, "-d"],
            env={"LD_LIBRARY_PATH": str(libraries), "MAIL_CONFIG": str(configuration)},
        )
        self._wait()

    def post(self, sender: str, recipient: str, mail: bytes) -> None:
        """Hand a mail to it, as a customer's server does."""
        with smtplib.SMTP("127.0.0.1", self.port, "client.example", 10) as server:
            server.sendmail(sender, [recipient], mail)

    def stop(self) -> None:
        """Stop it with all of its processes."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)

    def _wait(self) -> None:
        deadline = time.monotonic() + 20
        while True:
            try:
                with smtplib.SMTP("127.0.0.1", self.port, "client.example", 5):
                    return
            except OSError:
                assert self._process
                assert self._process.poll() is None, "Postfix has ended"
                assert time.monotonic() < deadline, "Postfix does not answer"
                time.sleep(0.1)


def _readable(folder: Path) -> None:
    """Let the accounts that Postfix runs as pass through the folders above, which pytest closes."""
    for each in (folder, *folder.parents):
        if each == Path("/tmp"):  # noqa: S108 - where pytest's folders are
            return
        each.chmod(each.stat().st_mode | 0o055)
