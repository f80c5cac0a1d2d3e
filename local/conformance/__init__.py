"""The conformance kit plays Surgeline against a vendor's endpoint, and says which points hold."""
