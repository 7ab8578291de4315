"""A transcript in, an outline out, without touching the database."""

from __future__ import annotations

import gc
import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from dataclasses import astuple
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from digestly.engine import Draft, EngineError, Options, make_outline
from digestly.engine.llm.writer import Writer
from digestly.engine.report import as_dict
from digestly.feeds import recording
from digestly.feeds.recording import Recording
from digestly.fetch.errors import Failure
from digestly.outline import markdown
from digestly.parsing.apart import apart, prepare
from digestly.transcripts.parse import MAX_BYTES, parse

Read = Callable[..., Any]  # calls a reader with a body and what is known of it, here or in a process apart


class Command(BaseCommand):
    help = (
        "Make a digest of a transcript (VTT, SRT, text or inspect_transcript's JSON; - for standard input)."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--engine", default="extractive", help="extractive (default) or llm")
        parser.add_argument("--language", help="the language spoken, when the transcript does not say it")
        parser.add_argument(
            "--into", help="the language to write in, if not the spoken one; needs --engine llm"
        )
        parser.add_argument("--format", choices=["json", "markdown"], default="json")
        parser.add_argument(
            "--batch", action="store_true", help="one JSON transcript a line in, one outline a line out"
        )

    def handle(self, *args: Any, file: str, batch: bool, **options: Any) -> None:
        if batch:
            gc.freeze()  # what is loaded by now stays: no look for garbage needs to pass it again
            # A line is JSON that another program wrote, of a size that is known: nothing in it can cost much to read.
            for line in lines_of(file):
                self.stdout.write(answer(line, "line.json", options, read=here)[0])
                self.stdout.flush()
            return
        prepare()  # a reader: a file may come from anywhere, and it starts while the file is read
        text, made = answer(body_of(file), "" if file == "-" else file, options, read=apart, indent=1)
        self.stdout.write(text, ending="" if text.endswith("\n") else "\n")
        if not made:
            sys.exit(1)


def answer(
    body: bytes, name: str, options: dict[str, Any], *, read: Read, indent: int | None = None
) -> tuple[str, bool]:
    """What to print for a transcript, and whether it is a digest rather than an error."""
    try:
        draft = draft_of(body, name, options, read)
    except (Failure, EngineError) as problem:
        return json.dumps({"error": problem.as_dict()}, ensure_ascii=False, indent=indent), False
    if options["format"] == "markdown":
        written = markdown.write(draft.outline)
        return (written if indent else json.dumps({"markdown": written}, ensure_ascii=False)), True
    return json.dumps(as_dict(draft), ensure_ascii=False, indent=indent, allow_nan=False), True


def draft_of(body: bytes, name: str, options: dict[str, Any], read: Read) -> Draft:
    transcript = read(parse, body, name=name or None)
    about = read(recording.parse, body) if transcript.format == "json" else Recording()
    return make_outline(
        transcript.segments,
        Options(
            engine=options["engine"],
            language=options["language"] or transcript.language,
            title=about.title,
            into=options["into"],
            writer=Writer(settings.LLM) if settings.LLM else None,
            chapters=[astuple(chapter) for chapter in about.chapters],
        ),
    )


def here(read: Callable[..., Any], body: bytes, **about: Any) -> Any:
    return read(body, **about)


def body_of(file: str) -> bytes:
    """The file's bytes, one more than are allowed at most: `parse` says so when it is too large."""
    try:
        if file == "-":
            return sys.stdin.buffer.read(MAX_BYTES + 1)
        with Path(file).open("rb") as opened:
            return opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}") from error


def lines_of(file: str) -> Iterator[bytes]:
    try:
        source = sys.stdin.buffer if file == "-" else Path(file).open("rb")  # noqa: SIM115 (closed below)
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}") from error
    with source:
        yield from (line for line in source if line.strip())
