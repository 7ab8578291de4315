"""Parsing: read outside documents in a process of their own, under limits that no document can break."""
