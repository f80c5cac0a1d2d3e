"""The commands for drafts, reviews and phrasings of articles live here."""
