"""Tools in which pools work live here, one folder each, listed in `configuration.kinds`.

A desk is a folder with a `KIND` in `kind.py`. A desk whose tool posts events also has a `HOOK` in
`hook.py`, which is listed in `hooks.DESKS`.
"""
