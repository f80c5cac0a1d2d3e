"""Files of customers are kept and shown from here."""
