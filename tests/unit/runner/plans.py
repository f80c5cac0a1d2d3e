"""Plans that tests run instead of the default one."""

from dataclasses import replace

from local.home.plan import DEFAULT, Plan
from tests.unit.runner.night_sweep import SWEEP

SPAWNED = replace(DEFAULT, forked=False)
SWEPT = Plan(functions=(SWEEP,), handlers="tests.unit.runner.{name}", own=(), forked=False)
