"""The options of commands that read past conversations are here."""
