"""Samples: our own episodes, so that a newcomer's first page is a living service. Not installed in production."""
