"""Articles are drafted, checked, approved, published, reviewed and retired here."""
