"""Labels of everyday use are drawn and judged here, and they only take answers away."""
