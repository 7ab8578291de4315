"""Transcripts: bytes and a media type become a list of segments, one per cue."""
