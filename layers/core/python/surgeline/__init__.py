"""Surgeline: serverless elastic chat intake. See docs/architecture.md for the map."""
