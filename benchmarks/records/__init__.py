"""How long lists and reports take over many conversations is measured here."""
