"""Files of customers are known by their facts here, and what customers deleted is forgotten."""
