"""Gifts: Plus that one person pays for once and another one redeems.

`buying` leads to Stripe's page and back, `paying` writes what came of it (called by sync), `sending` tells the
recipient when the day has come, `redeeming` turns the gift into a grant and moves a member's next charge to after it.
"""
