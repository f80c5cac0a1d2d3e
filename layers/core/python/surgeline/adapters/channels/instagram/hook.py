"""Instagram's webhooks are verified and read as those of every page of Meta. See `meta.page`."""

from surgeline.adapters.channels.meta.page import hook_of

HOOK = hook_of("instagram")
