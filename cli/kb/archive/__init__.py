"""`surgeline kb site` writes the pages of a help centre from here."""
