"""The option that every command with past conversations shares is here."""

import click

ours_option = click.option(
    "--ours",
    multiple=True,
    metavar="ADDRESS",
    help="An address of your team in a mailbox, or @shop.example for all of them.",
)
