"""The rules of conversations that an older queue brought in live here."""
