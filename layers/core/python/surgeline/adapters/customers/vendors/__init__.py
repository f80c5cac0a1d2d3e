"""Shops, CRMs and helpdesks are reached by their own interfaces here, one module a vendor."""
