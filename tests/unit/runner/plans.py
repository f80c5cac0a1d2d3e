"""Plans that tests run instead of the default one."""

from dataclasses import replace

from local.home.plan import DEFAULT

SPAWNED = replace(DEFAULT, forked=False)
