"""Feeds: bytes become a `ParsedFeed`, whatever dialect they are written in."""
