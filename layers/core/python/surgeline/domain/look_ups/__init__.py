"""The rules live here by which a conversation's customer is looked up in the company's system."""
