"""The wait of a customer is estimated here, from the pace of the pools. It is plain arithmetic."""
