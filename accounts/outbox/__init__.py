"""Outbox: while trying out, mail is not sent but kept to be read. This app is not installed in production."""
