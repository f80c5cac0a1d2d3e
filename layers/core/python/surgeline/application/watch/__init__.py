"""The clock's minute is used here: numbers are read, and alerts are raised and cleared by them."""
