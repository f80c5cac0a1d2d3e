"""Past conversations are read here from mailboxes, helpdesks' exports, tables and JSON lines."""
