"""The packages that are deployed: layers and functions as zips, built without Docker."""
