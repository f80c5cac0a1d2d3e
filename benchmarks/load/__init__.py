"""A whole instance is measured: the highest rate that holds, where time goes, and the memory."""
