"""A real Request Tracker in a folder: fetched from Debian, never installed, and on loopback alone.

It needs neither root nor a container. Its paths are written anew into the fetched files.
"""

import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any, Final

import urllib3

from tests.instance import free_port

PACKAGES: Final = ("request-tracker5", "rt5-db-sqlite", "rt5-standalone")
LEFT_OUT: Final = ("fonts-", "exim4", "dbconfig", "javascript-common", "libjs-")
"""What a ticket by mail needs no fonts, scripts or mail server for."""
WRITTEN_PATHS: Final = ("usr/share/request-tracker5", "etc/request-tracker5", "usr/bin", "usr/sbin")
MOVED: Final = (
    "/usr/share/request-tracker5",
    "/etc/request-tracker5",
    "/var/lib/request-tracker5",
    "/var/cache/request-tracker5",
    "/var/log/request-tracker5",
)
SETTINGS = """
Set($rtname, 'rt.example');
Set($Organization, 'rt.example');
Set($WebDomain, '127.0.0.1');
Set($WebPort, {port});
Set($WebPath, '');
Set($WebBaseURL, 'http://127.0.0.1:{port}');
Set($RestrictReferrer, 0);
Set($DatabaseType, 'SQLite');
Set($DatabaseName, '{folder}/rt.sqlite3');
Set($CorrespondAddress, 'team@shop.example');
Set($CommentAddress, 'team@shop.example');
Set($MailCommand, 'sendmailpipe');
Set($SendmailPath, '{folder}/sendmail');
Set($SendmailArguments, '-oi');
Set($SendmailBounceArguments, '');
Set($LogToSTDERR, 'warning');
Set($LogToSyslog, undef);
Set($Timezone, 'UTC');
1;
"""
SENDMAIL = """#!{python}
import email, smtplib, sys
from email.utils import getaddresses
mail = sys.stdin.buffer.read()
read = email.message_from_bytes(mail)
to = [a for _, a in getaddresses(read.get_all("To", []) + read.get_all("Cc", [])) if "+" in a]
if to:
    with smtplib.SMTP("127.0.0.1", {port}) as server:
        server.sendmail("team@shop.example", to, mail)
"""
RIGHTS = """
@ACL = (
    { GroupType => 'Everyone', GroupDomain => 'SystemInternal', Right => 'CreateTicket' },
    { GroupType => 'Everyone', GroupDomain => 'SystemInternal', Right => 'ReplyToTicket' },
);
1;
"""


class Missing(Exception):
    """Raised where the tracker can't be fetched or run. The text says why."""


def fetched(folder: Path) -> Path:
    """Return a folder with the tracker's files. Raises Missing."""
    if not shutil.which("apt-get"):
        raise Missing("there is no apt-get to fetch it with")
    wanted = [*_not_installed(), *PACKAGES]
    files = folder / "packages"
    files.mkdir()
    _run("apt-get", "download", "-qq", *dict.fromkeys(wanted), cwd=files)
    root = folder / "root"
    for package in sorted(files.glob("*.deb")):
        _run("dpkg", "-x", str(package), str(root))
    _move(root)
    return root


def _not_installed() -> list[str]:
    """Return the packages that it needs and this machine does not have."""
    words = ("install", "--simulate", "--no-install-recommends", "-qq", "-y", *PACKAGES)
    lines = _run("apt-get", *words).splitlines()
    names = [line.split()[1] for line in lines if line.startswith("Inst ")]
    return [each for each in names if not each.startswith(LEFT_OUT)]


def _move(root: Path) -> None:
    """Write the place of the files into those that name Debian's places."""
    for place in WRITTEN_PATHS:
        for file in (root / place).rglob("*"):
            if not file.is_file() or file.is_symlink():
                continue
            content = file.read_bytes()
            moved = content
            for each in MOVED:
                moved = moved.replace(each.encode(), f"{root}{each}".encode())
            if moved != content:
                file.write_bytes(moved)


def _run(*words: str, cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(words, cwd=cwd, env=env, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    if done.returncode:
        raise Missing(f"{words[0]}: {done.stderr.strip()[-600:]}")
    return done.stdout


class RequestTracker:
    """One tracker with the queue General, at the address of the team."""

    def __init__(self, root: Path, folder: Path, smtp_port: int) -> None:
        self._root = root
        self._port = free_port()
        self._http = urllib3.PoolManager(retries=False, timeout=60.0)
        folder.mkdir(parents=True)
        sendmail = folder / "sendmail"
        python = shutil.which("python3") or "/usr/bin/python3"
        sendmail.write_text(SENDMAIL.format(python=python, port=smtp_port))
        sendmail.chmod(0o755)
        (folder / "rights.pl").write_text(RIGHTS)
        settings = root / "etc/request-tracker5/RT_SiteConfig.d/99-test.pm"
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text(SETTINGS.format(port=self._port, folder=folder))
        for place in ("session_data", "mason_data/obj", "mason_data/cache"):
            (root / "var/cache/request-tracker5" / place).mkdir(parents=True, exist_ok=True)
        self._environment = self._perl(root)
        self._begin(folder)
        self._log = (folder / "log").open("wb")
        self._process = subprocess.Popen(  # noqa: S603 - the fetched program
            ["perl", str(self._program("rt-server")), "--port", str(self._port)],  # noqa: S607 - the system's Perl
            env=self._environment,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        self._wait()

    @staticmethod
    def _perl(root: Path) -> dict[str, str]:
        """Return an environment in which Perl finds the fetched modules and libraries."""
        libraries = [root / "usr/share/request-tracker5/lib", root / "usr/share/perl5"]
        libraries += [*root.glob("usr/lib/*/perl5/*"), *root.glob("usr/share/perl/*")]
        shared = [*root.glob("usr/lib/*-linux-gnu"), *root.glob("usr/lib/*-linux-gnu/*")]
        return {
            **os.environ,
            "PERL5LIB": ":".join(map(str, libraries)),
            "LD_LIBRARY_PATH": ":".join(str(each) for each in shared if each.is_dir()),
        }

    def _program(self, name: str) -> Path:
        found = [*self._root.rglob(f"libexec/{name}"), *self._root.rglob(f"*bin/{name}*")]
        if not found:
            raise Missing(f"the packages have no {name}")
        return found[0]

    def _begin(self, folder: Path) -> None:
        setup = ["perl", str(self._program("rt-setup-database"))]
        data = self._root / "usr/share/request-tracker5/etc"
        _run(*setup, "--action", "init", "--datadir", str(data), "--force", env=self._environment)
        extra = ("--action", "insert", "--datafile", str(folder / "rights.pl"), "--skip-create")
        _run(*setup, *extra, env=self._environment)

    def _wait(self) -> None:
        deadline = time.monotonic() + 60
        while True:
            try:
                self._http.request("GET", f"http://127.0.0.1:{self._port}/")
            except urllib3.exceptions.HTTPError:
                assert self._process.poll() is None, "the tracker has ended"
                assert time.monotonic() < deadline, "the tracker does not answer"
                time.sleep(0.2)
            else:
                return

    def take(self, content: bytes) -> None:
        """Take a mail into the queue, as its gateway does."""
        fields = {
            "SessionType": "REST",
            "queue": "General",
            "action": "correspond",
            "message": content.decode("utf-8", "surrogateescape"),
        }
        url = f"http://127.0.0.1:{self._port}/REST/1.0/NoAuth/mail-gateway"
        answer = self._http.request("POST", url, fields=fields)
        assert answer.data.startswith(b"ok"), answer.data[:500]

    def tickets(self) -> dict[int, int]:
        """Return the number of written transactions of each ticket."""
        found = self._ask("GET", "tickets?query=id%3E0&per_page=100")
        counts: dict[int, int] = {}
        for each in found["items"]:
            history = self._ask("GET", f"ticket/{each['id']}/history?fields=Type&per_page=100")
            written = [e for e in history["items"] if e["Type"] in ("Create", "Correspond")]
            counts[int(each["id"])] = len(written)
        return counts

    def answer(self, ticket: int, comment: str) -> None:
        """Let the agent answer the requestor, as the tracker's page does."""
        body = {"Content": comment, "ContentType": "text/plain"}
        self._ask("POST", f"ticket/{ticket}/correspond", body)

    def close(self) -> None:
        """Stop it."""
        self._process.terminate()
        self._process.wait(10)
        self._log.close()

    def _ask(self, method: str, place: str, body: Any = None) -> Any:
        headers = urllib3.make_headers(basic_auth="root:password")
        headers["content-type"] = "application/json"
        raw = None if body is None else json.dumps(body).encode()
        url = f"http://127.0.0.1:{self._port}/REST/2.0/{place}"
        answer = self._http.request(method, url, headers=headers, body=raw)
        assert answer.status < 300, answer.data[:500]
        return json.loads(answer.data)
