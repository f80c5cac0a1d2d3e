"""The `surgeline` command line has one module for each command or group of commands."""
