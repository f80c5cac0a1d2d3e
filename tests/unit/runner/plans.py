"""Plans that tests run instead of the default one."""

from dataclasses import replace

from local.runner.plan import DEFAULT

SPAWNED = replace(DEFAULT, forked=False)
