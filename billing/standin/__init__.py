"""The stand-in: a small Stripe on this machine, for trying out and for tests. No money, no network, no live keys."""
