"""`surgeline channel` connects channels, checks those of providers, and simulates an other side."""

import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

import click

from cli.api import Api, admin, path
from cli.channel_fields import field_option, fields_of, setting_option, settings_of
from cli.console import (
    Command,
    WrongUse,
    admin_key_option,
    example,
    json_option,
    plain,
    print_json,
    url_option,
)
from cli.endpoints import (
    add_endpoint,
    add_shared_commands,
    change_endpoint,
    meant,
    replace_option,
    told_by_flags,
)
from cli.incident import by_language
from cli.simulation import (
    keys_of,
    mail_door,
    run,
    run_mail,
    secret_option,
    show_text_option,
    simulator_port,
)
from local.simulators.channel import ChannelSimulator
from local.simulators.mail import MailSimulator
from local.simulators.provider import Faults, ProviderSimulator, server_of
from local.simulators.providers import SERVERS
from local.simulators.providers.server import HasAWindow, TellsOfOurs

SIGNED, EMAIL = "signed", "email"
KIND = "The kind of channel: signed, email, or a provider such as line, slack or twilio."
PUBLIC_URL = "The address of this system as the provider calls it, if it is not --url."
CLOSED_TEXT = "The words, with {link}. Repeat it for other languages, as in 'fr: …'."
ANSWERS = "The knowledge base that answers its questions (shop)."


@click.group()
def channel() -> None:
    """Connect, change and list channels, and simulate one."""


@channel.command(
    epilog=example(
        "surgeline channel add app --reply-url http://127.0.0.1:8790/",
        "surgeline channel add line --kind line --field channel_secret=@FILE "
        "--field channel_access_token=-",
    )
)
@click.argument("channel_id", metavar="ID")
@click.option("--kind", default=SIGNED, show_default=True, metavar="KIND", help=KIND)
@click.option("--reply-url", metavar="URL", help="Where replies go, for the kind signed.")
@field_option
@click.option("--api-base", metavar="URL", help="Another server than the provider's.")
@click.option("--public-url", metavar="URL", help=PUBLIC_URL)
@setting_option
@click.option("--knowledge-base", metavar="NAME", help=ANSWERS)
@replace_option
@url_option
@admin_key_option
@json_option
def add(
    *,
    channel_id: str,
    kind: str,
    reply_url: str | None,
    fields: tuple[str, ...],
    api_base: str | None,
    public_url: str | None,
    settings: tuple[str, ...],
    knowledge_base: str | None,
    url: str,
    admin_key: str | None,
    replace: bool,
    as_json: bool,
) -> None:
    """Add the channel ID, or define it anew.

    A signed channel needs --reply-url, and its new secret is printed once. A channel of a provider
    needs the provider's fields. Which they are and where to find them is told where one is missing.
    """
    if kind == SIGNED and reply_url is None:
        raise WrongUse("--reply-url is missing: a signed channel needs it, or give --kind.")
    given = {"reply_url": reply_url, "api_base": api_base, "knowledge_base": knowledge_base}
    wanted: dict[str, Any] = {**settings_of(settings), "kind": kind}
    wanted |= {name: value for name, value in given.items() if value}
    if fields:
        wanted["fields"] = fields_of(fields)
    api = admin(url, admin_key)
    if kind != SIGNED and (public_url or fields):
        wanted["public_url"] = (public_url or api.url).rstrip("/")
    if kind != SIGNED:
        _add_unsigned(channel_id, wanted, api, replace=replace, as_json=as_json)
        return
    add_endpoint(
        "channel",
        channel_id,
        wanted,
        api,
        replace=replace,
        as_json=as_json,
        lines=lambda posts: (
            f"Channel {channel_id} posts messages to {posts}",
            f"Replies go to {reply_url}",
        ),
    )


def _add_unsigned(
    channel_id: str, wanted: Mapping[str, Any], api: Api, *, replace: bool, as_json: bool
) -> None:
    """Define a channel of another kind, and print the steps that remain at its provider.

    One of which only the public address is told anew keeps its settings, as it keeps its fields.
    """
    if "public_url" in wanted and "fields" not in wanted:
        listed = api.get("/v1/admin/configuration")["configuration"]["channels"]
        same = (e for e in listed if (e["id"], e["kind"]) == (channel_id, wanted["kind"]))
        wanted = {**next(same, {}), **wanted}
    with told_by_flags({}):
        answer = api.put(path("admin", "channels", channel_id) + meant(replace=replace), wanted)
    if "steps" in answer:
        _tell_steps(channel_id, answer, as_json=as_json)
    elif as_json:
        print_json(answer)
    else:
        click.echo(f"Channel {channel_id} is there")


def _tell_steps(channel_id: str, answer: Mapping[str, Any], *, as_json: bool) -> None:
    """Print the URL that the provider calls, if any, and the steps that remain elsewhere."""
    hook_url = answer.get("hook_url")
    steps = [str(each).replace("{hook_url}", str(hook_url)) for each in answer["steps"]]
    if as_json:
        print_json({"channel": answer["channel"], "hook_url": hook_url, "steps": steps})
        return
    at = f"takes the provider's events at {hook_url}" if hook_url else "is there"
    click.echo(f"Channel {channel_id} {at}")
    for number, step in enumerate(steps, 1):
        click.echo(f"{number}. {step}")
    click.echo(f"Then try it: surgeline channel check {channel_id}")


@channel.command(epilog=example("surgeline channel check line"))
@click.argument("channel_id", metavar="ID")
@url_option
@admin_key_option
@json_option
def check(*, channel_id: str, url: str, admin_key: str | None, as_json: bool) -> None:
    """Try the provider's channel ID: its fields, and the provider's way to its hook.

    Nothing is sent to any customer. The exit code is 1 where something is missing.
    """
    answer = admin(url, admin_key).post(path("admin", "channels", channel_id, "check"), {})
    if as_json:
        print_json(answer)
    else:
        for each in answer["findings"]:
            mark = "ok     " if each["ok"] else "missing"
            said = str(each["said"]).replace("rotate ID", f"rotate {channel_id}")
            click.echo(plain(f"{mark} {each['name']}: {said}"))
    if not all(each["ok"] for each in answer["findings"]):
        raise SystemExit(1)


@channel.command(epilog=example("surgeline channel change app --knowledge-base returns"))
@click.argument("channel_id", metavar="ID")
@click.option("--reply-url", metavar="URL", help="Where replies go.")
@click.option("--api-base", metavar="URL", help="Another server than the provider's.")
@setting_option
@click.option("--knowledge-base", metavar="NAME", help=ANSWERS)
@url_option
@admin_key_option
def change(
    *,
    channel_id: str,
    reply_url: str | None,
    api_base: str | None,
    settings: tuple[str, ...],
    knowledge_base: str | None,
    url: str,
    admin_key: str | None,
) -> None:
    """Change the given fields of the channel ID, and leave its other fields."""
    given = {"reply_url": reply_url, "api_base": api_base, "knowledge_base": knowledge_base}
    told = {name: value for name, value in given.items() if value is not None}
    wanted = {**settings_of(settings), **told}
    change_endpoint("channel", channel_id, wanted, admin(url, admin_key))


@channel.command(
    epilog=example(
        "surgeline channel close sms --page https://help.example/c/web "
        '--text "We answer in our chat now: {link}" --text "fr: Écrivez-nous ici : {link}"'
    )
)
@click.argument("channel_id", metavar="ID")
@click.option("--text", "texts", multiple=True, required=True, metavar="TEXT", help=CLOSED_TEXT)
@click.option("--page", required=True, metavar="URL", help="The address of your chat page.")
@click.option("--to", default="web", show_default=True, metavar="ID", help="The page's channel.")
@url_option
@admin_key_option
def close(
    *, channel_id: str, texts: tuple[str, ...], page: str, to: str, url: str, admin_key: str | None
) -> None:
    """Send the customers of the channel ID to your chat page, where they stay who they are.

    Whoever has a person, or waits for one, is left there.
    """
    closure = {"texts": by_language(texts), "page": page, "channel": to}
    change_endpoint("channel", channel_id, {"closure": closure}, admin(url, admin_key))


@channel.command(name="open", epilog=example("surgeline channel open sms"))
@click.argument("channel_id", metavar="ID")
@url_option
@admin_key_option
def open_(*, channel_id: str, url: str, admin_key: str | None) -> None:
    """Answer the customers of the channel ID again."""
    change_endpoint("channel", channel_id, {"closure": None}, admin(url, admin_key))


def _line(each: Mapping[str, Any]) -> str:
    base, where = each.get("knowledge_base", ""), each.get("reply_url", each.get("api_base", ""))
    line = f"{each['id']:<20} {each['kind']:<10} {base:<16} {where}"
    return f"{line}  closed" if each.get("closure") else line


add_shared_commands(
    channel,
    "channel",
    example_id="app",
    removal="Forget the channel ID and delete its secret. It accepts nothing a minute later.",
    listing="List the channels with their kind, their knowledge base, and where replies go.",
    line=_line,
)


def share_option(name: str, told: str) -> Callable[[Command], Command]:
    """Add an option for the share of calls or webhooks that a fault meets."""
    share = click.FloatRange(0.0, 1.0)
    return click.option(name, type=share, default=0.0, metavar="SHARE", help=told)


@channel.command(
    epilog=example(
        "surgeline channel simulate --port 8790 --secret whsec_... --show-text",
        "surgeline channel simulate --kind line --hook-url http://127.0.0.1:8787/v1/hooks/line/line"
        " --field channel_secret=@FILE --field channel_access_token=@FILE",
    )
)
@click.option("--kind", default=SIGNED, show_default=True, metavar="KIND", help=KIND)
@simulator_port(8790)
@secret_option("SURGELINE_CHANNEL_SECRET")
@show_text_option
@click.option("--quiet", is_flag=True, help="Print only the first line.")
@click.option("--hook-url", metavar="URL", help="The hook that `channel add` printed.")
@field_option
@share_option("--throttled", "Calls to the provider that are refused as too many.")
@share_option("--duplicated", "Webhooks of the provider that come twice.")
@share_option("--reordered", "Webhooks of the provider that come late.")
@share_option("--closed", "Texts that are refused as too late, where the kind has such a window.")
@share_option("--echoed", "Our own messages of which the provider tells, where it does so.")
@click.option("--seed", type=int, default=0, help="Makes the faults the same each time.")
def simulate(  # the options
    *,
    kind: str,
    port: int,
    secret: str | None,
    show_text: bool,
    quiet: bool,
    hook_url: str | None,
    fields: tuple[str, ...],
    throttled: float,
    duplicated: float,
    reordered: float,
    closed: float,
    echoed: float,
    seed: int,
) -> None:
    """Play a channel's other side on this machine.

    For a signed channel: verify, keep each reply once, print one line for each. `GET /state` shows
    counts. `GET /replies?thread_id=` shows the replies received.

    For a provider: play its server. Each line that you type is a customer's message, and the
    replies are printed. `POST /say` writes too, and `GET /screen` shows the customer's screen.

    For e-mail: play the customer's mail server on the port. --hook-url is smtp:// with the host and
    port of `surgeline up --smtp-port`, and --field address= is the channel's.
    """
    say = (lambda _: None) if quiet else click.echo
    if kind != SIGNED:
        faults = Faults(throttled, duplicated, reordered, closed, echoed)
        if kind == EMAIL:
            _require(kind, ("--closed", closed, False))
            door = mail_door(hook_url, fields_of(fields))
            mails = MailSimulator(door, say=say, faults=faults, seed=seed, typed=sys.stdin)
            run_mail(mails, port=port, what="Simulated email")
            return
        simulator = _provider(kind, hook_url, fields, port, faults=faults, seed=seed, say=say)
        run(simulator.app(), port=port, what=f"Simulated {kind}")
        return
    channel_simulator = ChannelSimulator(
        secrets=keys_of(
            secret, "SURGELINE_CHANNEL_SECRET", "surgeline channel add ID --reply-url ..."
        ),
        say=say,
        show_text=show_text,
    )
    run(channel_simulator.app(), port=port, what="Simulated channel")


def _require(kind: str, *flags: tuple[str, float, bool]) -> None:
    """Raise WrongUse for a fault that the provider does not have."""
    for flag, share, there in flags:
        if share and not there:
            raise WrongUse(f"{flag}: the provider of the kind {kind} does nothing of that kind.")


def _provider(
    kind: str,
    hook_url: str | None,
    fields: tuple[str, ...],
    port: int,
    *,
    faults: Faults,
    seed: int,
    say: Callable[[str], None],
) -> ProviderSimulator:
    """Return the simulator of a provider. Raises WrongUse for what it lacks."""
    if not hook_url:
        raise WrongUse("--hook-url is missing: `surgeline channel add ID --kind ...` prints it.")
    try:
        server = server_of(kind, fields_of(fields))
    except KeyError as missing:
        name = missing.args[0]
        if name == kind:
            names = ", ".join(SERVERS)
            raise WrongUse(f"--kind {kind}: is not simulated; use one of {names}.") from missing
        raise WrongUse(f"--field {name}: is missing; give the one of the channel.") from missing
    _require(
        kind,
        ("--closed", faults.closed, isinstance(server, HasAWindow)),
        ("--echoed", faults.echoed, isinstance(server, TellsOfOurs)),
    )
    return ProviderSimulator(
        server,
        hook_url=hook_url,
        own_url=f"http://127.0.0.1:{port}",
        say=say,
        faults=faults,
        seed=seed,
        typed=sys.stdin,
        last_number=round(time.time()),
    )
