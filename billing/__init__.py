"""Billing: what people pay for. Never knows what is sold."""
