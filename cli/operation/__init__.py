"""An instance is kept, brought back and carried elsewhere, and one customer's data handed over."""
