"""The commands below `surgeline kb` live here."""
