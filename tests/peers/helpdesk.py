"""A real helpdesk in a folder: django-helpdesk, fetched into an environment of its own.

It reads its mails from a folder, as it may, and sends by SMTP to a port of this machine.
"""

import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

REQUIREMENTS: Final = Path(__file__).with_name("helpdesk-requirements.txt")
READY_SECONDS: Final = 60.0
SETTINGS = """
import os
FOLDER = os.environ["HELPDESK_FOLDER"]
SECRET_KEY = "for tests alone"
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = [
    "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes",
    "django.contrib.sessions", "django.contrib.messages", "django.contrib.sites",
    "django.contrib.humanize", "rest_framework", "helpdesk",
]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{FOLDER}/db.sqlite3"}}
ROOT_URLCONF = "helpdesk_urls"
SITE_ID = 1
USE_TZ = True
MEDIA_ROOT = f"{FOLDER}/media"
HELPDESK_TEAMS_MODE_ENABLED = False
if not int(os.environ["HELPDESK_SMTP_PORT"]):
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
EMAIL_HOST, EMAIL_PORT = "127.0.0.1", int(os.environ["HELPDESK_SMTP_PORT"])
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SILENCED_SYSTEM_CHECKS = [f"admin.E{number}" for number in range(402, 411)]
"""
URLS = """
from django.urls import include, path
urlpatterns = [path("", include("helpdesk.urls", namespace="helpdesk"))]
"""
BEGIN = """
import os, django
django.setup()
from django.contrib.auth import get_user_model
from helpdesk.models import EmailTemplate, Queue
get_user_model().objects.create_superuser("kim", "kim@shop.example", "pw", first_name="Kim")
get_user_model().objects.create_superuser("bridge", "bridge@shop.example", "pw")
Queue.objects.create(
    title="Team", slug="team", email_address="team@shop.example", allow_email_submission=True,
    email_box_type="local", email_box_local_dir=os.environ["HELPDESK_FOLDER"] + "/in",
    email_box_interval=0,
)
EmailTemplate.objects.filter(template_name="updated_submitter").update(
    plain_text="Dear customer,\\n[[\\n{{ comment }}\\n]]\\n",
    html="<p>{{ comment|linebreaksbr }}</p>",
)
"""
ANSWER = """
import sys, django
django.setup()
from django.contrib.auth import get_user_model
from helpdesk.models import Ticket
from helpdesk.update_ticket import update_ticket
kim = get_user_model().objects.get(username="kim")
ticket = Ticket.objects.get(id=int(sys.argv[1]))
update_ticket(
    kim, ticket, comment=sys.argv[2], public=True, new_status=int(sys.argv[3]) or ticket.status
)
"""
TICKETS = """
import django
django.setup()
from helpdesk.models import Ticket
for ticket in Ticket.objects.order_by("id"):
    print(ticket.id, ticket.followup_set.count())
"""


class Missing(Exception):
    """Raised where the helpdesk can't be had."""


def fetched(folder: Path) -> Path:
    """Return the Python of an environment with the helpdesk. Raises Missing."""
    uv, python = Path(sys.executable).with_name("uv"), folder / "venv" / "bin" / "python"
    install = ("pip", "install", "-q", "--require-hashes", "-r", str(REQUIREMENTS))
    for words in (("venv", "-q", str(folder / "venv")), (*install, "--python", str(python))):
        done = subprocess.run([str(uv), *words], capture_output=True, text=True, check=False)  # noqa: S603 - our own words
        if done.returncode:
            raise Missing(done.stderr[-300:])
    return python


class Helpdesk:
    """One helpdesk with one queue, at the address of the team. `hook` hears of follow-ups.

    Without a port it sends no mails.
    """

    def __init__(self, python: Path, folder: Path, smtp_port: int, hook: str = "") -> None:
        self._python = python
        self._folder = folder
        self._environment = {
            **os.environ,
            "HELPDESK_FOLDER": str(folder),
            "HELPDESK_SMTP_PORT": str(smtp_port),
            "HELPDESK_FOLLOWUP_WEBHOOK_URLS": hook,
            "DJANGO_SETTINGS_MODULE": "helpdesk_settings",
            "PYTHONPATH": str(folder),
        }
        self._mails = 0
        self._server: subprocess.Popen[bytes] | None = None
        (folder / "in").mkdir(parents=True)
        (folder / "helpdesk_settings.py").write_text(SETTINGS)
        (folder / "helpdesk_urls.py").write_text(URLS)
        self._run("-m", "django", "migrate", "-v", "0")
        self._run("-m", "django", "loaddata", "-v", "0", "emailtemplate.json")
        self._run("-c", BEGIN)

    def take(self, content: bytes) -> None:
        """Take a mail into the queue, as its mailbox does."""
        self._mails += 1
        (self._folder / "in" / f"{self._mails}.eml").write_bytes(content)
        self._run("-m", "django", "get_email", "--quiet")

    def tickets(self) -> dict[int, int]:
        """Return the number of follow-ups of each ticket."""
        lines = self._run("-c", TICKETS).splitlines()
        return {int(ticket): int(count) for ticket, count in map(str.split, lines)}

    def answer(self, ticket: int, comment: str, *, status: int = 0) -> None:
        """Let the agent Kim answer publicly, as the helpdesk's page does, with another status."""
        self._run("-c", ANSWER, str(ticket), comment, str(status))

    def serve(self) -> str:
        """Start the helpdesk's own interface. Return its address."""
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        words = ("-m", "django", "runserver", "--noreload", f"127.0.0.1:{port}")
        self._server = subprocess.Popen(  # noqa: S603 - our own words
            [str(self._python), *words],
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + READY_SECONDS
        while True:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return f"http://127.0.0.1:{port}"
            assert time.monotonic() < deadline, "the helpdesk does not listen"
            time.sleep(0.1)

    def close(self) -> None:
        """Stop the interface."""
        if self._server:
            self._server.terminate()
            self._server.wait(10)

    def _run(self, *words: str) -> str:
        done = subprocess.run(  # noqa: S603 - our own words
            [str(self._python), *words],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout
