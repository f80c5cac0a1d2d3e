"""The deployed packages are layers and functions as zips, built without Docker."""
