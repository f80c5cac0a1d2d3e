"""Numbers on the command line are checked here beyond what click checks."""

from math import isnan

import click


class Within(click.FloatRange):
    """A number within bounds. click's own range lets through what is no number (nan)."""

    def convert(
        self, value: float, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the number; see click.ParamType."""
        found = float(super().convert(value, param, ctx))
        if isnan(found):
            self.fail(f"{value} is no number.", param, ctx)
        return found
