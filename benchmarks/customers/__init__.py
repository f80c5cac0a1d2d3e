"""The time that a company's customer system costs an offer and an answer is measured here."""
