"""Files are fetched from providers here, judged by their bytes, and kept."""
