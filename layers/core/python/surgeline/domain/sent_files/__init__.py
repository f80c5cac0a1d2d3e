"""Events of the files that came with messages live here."""
