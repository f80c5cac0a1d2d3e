"""A pool's own tool is played here, as `surgeline pool simulate --reached-by` asks for it."""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cli.channel_fields import fields_of, settings_of
from cli.console import WrongUse
from cli.simulation import run, run_mail, smtp_door
from local.simulators.desk import Behaviour, Desk
from local.simulators.desks.tools import TOOLS, Tool
from local.simulators.mail_team import MailTeam
from local.simulators.scenario import Turn
from local.simulators.tool import Play, ToolSimulator
from local.simulators.webhooks import Say

EMAIL, MAILBOX = "email", "mailbox"


@dataclass(frozen=True, slots=True)
class Asked:
    """Says which tool is played, for which pool, and where everything is."""

    reached_by: str
    pool_id: str
    url: str
    port: int
    hook_url: str | None
    fields: Sequence[str]
    settings: Sequence[str]


def play_tool(  # the options
    asked: Asked,
    behaviour: Behaviour,
    *,
    by_hand: bool,
    say: Say,
    show_text: bool,
    turns: Sequence[Turn],
    duplicated: float,
    reordered: float,
) -> None:
    """Play the tool until it is stopped. Raises WrongUse for what it lacks."""
    if behaviour.accept == "response":
        raise WrongUse("--accept response: is for vendors; use callback, late or never for a tool.")
    if by_hand:
        behaviour = replace(behaviour, accept="never")
    play = Play(
        say=say,
        show_text=show_text or by_hand,
        duplicated=duplicated,
        reordered=reordered,
        scenario=() if by_hand else turns,
        typed=sys.stdin if by_hand else (),
    )
    if asked.reached_by == EMAIL:
        _play_mailbox(asked, Desk(behaviour), play)
        return
    hook_url = asked.hook_url
    if not hook_url:
        hook_url = f"{asked.url.rstrip('/')}/v1/desks/{asked.reached_by}/{asked.pool_id}"
    simulator = ToolSimulator(_tool(asked), Desk(behaviour), play, hook_url=hook_url)
    run(simulator.app(), port=asked.port, what=f"Simulated {asked.reached_by}")


def _tool(asked: Asked) -> Tool:
    """Return the stand-in with the pool's fields."""
    kind, fields = TOOLS[asked.reached_by], fields_of(asked.fields)
    if missing := [name for name in kind.FIELDS if name not in fields]:
        raise WrongUse(f"--field {missing[0]}: is missing; give the one of the pool.")
    return kind(fields, first=round(time.time()))


def _play_mailbox(asked: Asked, desk: Desk, play: Play) -> None:
    """Play the mail server of a mailbox."""
    host, port = smtp_door(asked.hook_url)
    mailbox = settings_of(asked.settings).get(MAILBOX, "")
    if "@" not in mailbox:
        raise WrongUse(f"--setting {MAILBOX}: is missing; give the one of the pool.")
    team = MailTeam(mailbox, desk, play, host=host, port=port)
    run_mail(team, port=asked.port, what=f"Simulated mailbox {mailbox}")
