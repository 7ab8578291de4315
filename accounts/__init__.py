"""Accounts: who somebody is. Knows nothing of what is sold or published."""
