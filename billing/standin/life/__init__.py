"""Life: what happens to customers, and what Stripe tells about it. Every act takes the second it happens at."""
