"""The shape of a tongue: the questions every language answers for the engine."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from digestly.engine.extractive.tongues.ends import Ends, anywhere

Word = tuple[str, str]  # as written, as counted
NounRuns = Callable[[str], Iterator[list[Word]]]
NEVER = re.compile(r"(?!)")
# Han and kana, with their marks: what stands beside them needs no space.
HAN = r"\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef"
_HAN = re.compile(f"[{HAN}]")
# Scripts in which words follow each other without a space.
UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
# Vowel signs and accents on a letter: `\w` does not count them in, and would cut words of Hindi or Thai there.
MARKS = "".join(chr(code) for code in range(0x300, 0x1B00) if unicodedata.category(chr(code)) in ("Mn", "Mc"))


def words(text: str) -> frozenset[str]:
    """A word list written as running text."""
    return frozenset(text.split())


@dataclass(frozen=True, kw_only=True)
class Tongue:
    """Words and patterns of one language. Patterns left out never match. Those that are searched for are so in a text
    as `patterns.lowered` gives it, except where it is said; what is matched stands at the start of the text itself.

    `term` turns a surface word into the form that is counted, "" for a word without content of its own.
    `namer` looks through all that is said and gives a function that finds the runs of words in a text that may
    name something, each run of at least one word.
    `written` puts a finished sentence into the register in which the language is written.
    `listed` joins noun phrases into one. A summary opens with `covers` around such a list, or with `discusses` where
    it is known who speaks. `counted` chooses the spelling in which a noun stands there, of all and the commonest one.
    """

    code: str
    term: Callable[[str], str]
    namer: Callable[[Iterable[str]], NounRuns]
    glue: str = " "
    headline: Callable[[str], str] = str
    full_stop: str = "."
    written: Callable[[str], str] = str
    listed: Callable[[Sequence[str]], str] = ", ".join
    covers: str = ""
    discusses: str = ""
    counted: Callable[[Mapping[str, int], str], str] = lambda _, commonest: commonest

    # Where topics begin and end.
    opens: re.Pattern[str] = NEVER
    enumerates: re.Pattern[str] = NEVER  # at a sentence's start: "Next …", "Another …", "Moving on to …"
    introduces: re.Pattern[str] = NEVER
    restarts: re.Pattern[str] = NEVER  # "Okay, …", which gathers the listeners again
    resumes: re.Pattern[str] = NEVER  # "And …", "Exactly, …", which goes on with what was said
    closes: re.Pattern[str] = NEVER
    asks: re.Pattern[str] = re.compile(r"[?？؟]")

    # What may be deleted from a spoken sentence, in which case tells.
    fillers: re.Pattern[str] = NEVER
    leads: re.Pattern[str] = NEVER
    tails: re.Pattern[str] = NEVER
    broken_off: re.Pattern[str] = NEVER  # the start of a word that is then said whole: "th they"

    # How well a sentence stands on its own.
    dangling: re.Pattern[str] = NEVER
    personal: re.Pattern[str] = NEVER
    murmurs: re.Pattern[str] = NEVER  # fillers that could not be deleted safely
    stumbles: re.Pattern[str] = NEVER  # words cut off or begun twice, not safe to delete; in `spaced` text
    courtesy: re.Pattern[str] = NEVER
    sells: re.Pattern[str] = NEVER  # advertising
    ending: re.Pattern[str] | None = None  # of the sentence as it is written
    finite: re.Pattern[str] | None = None  # what tells that a sentence has a main clause, and is no fragment

    # Sentences with a job of their own.
    agenda: re.Pattern[str] = NEVER
    postpones: re.Pattern[str] = NEVER  # announces without saying what
    quotable: re.Pattern[str] = NEVER
    titled: re.Pattern[str] = NEVER  # the name of what is to come, in a named group, as it is written
    addresses: re.Pattern[str] = NEVER  # whom the speaker speaks to, in a named group, `spaced`

    # Headings of parts that have no topic of their own.
    introduction: str = ""
    closing: str = ""
    question: re.Pattern[str] = NEVER

    # Where unmarked speech may be cut. No sentence ends with a word that `hangs`. A long one may lose what follows a
    # `clause`, or what precedes it where verbs come last.
    ends: Ends = anywhere
    hangs: frozenset[str] = frozenset()
    clause: re.Pattern[str] = NEVER
    verb_last: bool = False

    def joined(self, parts: Iterable[str]) -> str:
        """The parts as one text. Words of a spaced script keep a space between them in every tongue."""
        if self.glue:
            return self.glue.join(parts)
        text: list[str] = []
        for part in parts:
            if text and not _HAN.search(text[-1][-1:] + part[:1]):
                text.append(" ")
            text.append(part)
        return "".join(text)
