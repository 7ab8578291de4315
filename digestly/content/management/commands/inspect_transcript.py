"""`manage.py inspect_transcript FILE …`: the segments of a transcript, as JSON. Nothing is stored."""

from __future__ import annotations

from typing import Any

from digestly.content.management.inspection import InspectCommand, bytes_of
from digestly.fetch.errors import Failure
from digestly.parsing.apart import apart
from digestly.transcripts.parse import MAX_BYTES, parse
from digestly.transcripts.report import as_dict


class Command(InspectCommand):
    help = "Print the segments of a transcript, as JSON, one line for each file."

    def inspected(self, source: str, content_type: str | None) -> dict[str, Any]:
        body = bytes_of(source, at_most=MAX_BYTES)
        return as_dict(apart(parse, body, content_type=content_type, name=source))

    def refused(self, failure: Failure) -> dict[str, Any]:
        return as_dict(failure)
