"""`surgeline customer` connects the system that knows customers, and exports what is held."""

import click

from cli.customers.connect import check, connect, disconnect, show
from cli.operation.customer import export


@click.group()
def customer() -> None:
    """Connect the system that knows your customers, or hand over what is held about one.

    `surgeline erase` deletes what is held about one customer.
    """


for each in (connect, check, show, disconnect, export):
    customer.add_command(each)
