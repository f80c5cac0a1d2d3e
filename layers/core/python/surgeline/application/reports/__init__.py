"""Reports are read from the records, and from the threads that still go on."""
