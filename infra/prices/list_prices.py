"""The list prices that every bill uses are named here."""

from pathlib import Path

PRICES = Path(__file__).parent.parent / "cost" / "prices-us-east-1-2026-01.json"
