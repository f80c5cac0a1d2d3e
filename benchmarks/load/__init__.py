"""The highest rate that holds, where its time goes, and the memory, on a whole instance."""
