"""Reading a customer's text lives here: normal form, language, courtesies, wishes."""
