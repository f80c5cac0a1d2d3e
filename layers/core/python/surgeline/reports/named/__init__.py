"""Each report has a module of its own here."""
