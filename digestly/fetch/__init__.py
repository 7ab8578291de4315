"""Fetch: the one guarded HTTP client for every URL that comes from outside."""
