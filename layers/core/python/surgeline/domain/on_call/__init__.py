"""The rules of being on call live here: whose turn it is, who is called, and who said yes."""
