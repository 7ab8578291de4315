"""Numbers: which ones a text names, in digits or in words.

Writers use digits and speakers use words, so the two are compared by value. A claim is read strictly, so that no
syllable passes for a number; what was said is read generously, so that no spelling is missed.
"""

from __future__ import annotations

import re

SMALL = 10  # numbers up to here are said in so many ways ("a couple", "both") that they prove nothing

# Bounded, and never begun inside another one: what no person says must not take time to read.
_NUMBER = r"(?<!\d)(?<!\d[.,])\d{1,30}(?:[.,]\d{1,30}){0,9}"
_DIGITS = re.compile(_NUMBER)
_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ENGLISH = {word: number for number, word in enumerate(_UNITS)} | {
    word: 10 * number for number, word in enumerate(_TENS, start=2)
}
_DECADES = {word[:-1] + "ies": number for word, number in _ENGLISH.items() if word in _TENS}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SHORT = {"k": 1000, "m": 10**6, "bn": 10**9, **_SCALES}
_SCALED = re.compile(
    rf"({_NUMBER})[\s-]?(hundred|thousand|million|billion|trillion|k|m|bn)(?![A-Za-z])", re.I
)

_EAST = dict(zip("일이삼사오육칠팔구一二三四五六七八九", [*range(1, 10), *range(1, 10)], strict=True))
_EAST_TENS = {"십": 10, "백": 100, "천": 1000, "十": 10, "百": 100, "千": 1000}
_EAST_SCALES = {
    "만": 10**4, "억": 10**8, "조": 10**12, "万": 10**4, "萬": 10**4, "億": 10**8, "亿": 10**8, "兆": 10**12,
}  # fmt: skip
_GREAT = "".join([*_EAST_TENS, *_EAST_SCALES])
_EASTERN = _GREAT + "".join(_EAST)
_EASTERN_DIGITS = re.compile(
    rf"{_NUMBER}\s?[{_GREAT}][{_GREAT}]*(?:\s?{_NUMBER}\s?[{_GREAT}]+)*(?:{_NUMBER})?"
)
_EASTERN_WORDS = re.compile(rf"[{_EASTERN}](?:\s?[{_EASTERN}])*")
_EASTERN_PIECE = re.compile(rf"{_NUMBER}|[{_EASTERN}]")


def claimed(text: str) -> set[float]:
    """The numbers above ten that a text states for certain."""
    found: set[float] = set()
    for pattern, value in ((_EASTERN_DIGITS, _eastern), (_SCALED, _scaled), (_DIGITS, _plain)):
        found |= {value(match) for match in pattern.finditer(text)}
        text = pattern.sub(" ", text)
    return _telling(found | {number for number, is_whole in _spelled(text) if is_whole})


def heard(text: str) -> set[float]:
    """Every number above ten that somebody who said this may have meant."""
    found = {value(match) for pattern, value in (
        (_EASTERN_DIGITS, _eastern), (_EASTERN_WORDS, _eastern), (_SCALED, _scaled), (_DIGITS, _plain),
    ) for match in pattern.finditer(text)}  # fmt: skip
    for word in re.findall(r"[a-z]+ies", text.lower()):
        if word in _DECADES:
            found |= {float(_DECADES[word]), float(1900 + _DECADES[word])}
    return _telling(found | {number for number, _ in _spelled(text)})


def _telling(numbers: set[float]) -> set[float]:
    return {round(number, 6) for number in numbers if number > SMALL}


def _plain(match: re.Match[str]) -> float:
    return _value(match[0])


def _scaled(match: re.Match[str]) -> float:
    return _value(match[1]) * _SHORT[match[2].lower()]


def _eastern(match: re.Match[str]) -> float:
    """“3만 5천”, “삼백이십”, “2억”."""
    total = section = number = 0.0
    for piece in _EASTERN_PIECE.findall(match[0]):
        if piece in _EAST_SCALES:
            total += (section + number or 1) * _EAST_SCALES[piece]
            section = number = 0.0
        elif piece in _EAST_TENS:
            section += (number or 1) * _EAST_TENS[piece]
            number = 0.0
        else:
            number = float(_EAST[piece]) if piece in _EAST else _value(piece)
    return total + section + number


def _value(digits: str) -> float:
    """“1,000” and “2.5” as they are meant: separators before exactly three digits group them."""
    digits = digits[:40]
    parts = re.split(r"[.,]", digits)
    if len(parts) > 1 and all(len(part) == 3 for part in parts[1:]) and parts[0] != "0":
        return float("".join(parts))
    whole, _, rest = digits.replace(",", ".").partition(".")
    return float(f"{whole}.{rest.replace('.', '')}" if rest else whole)


def _spelled(text: str) -> set[tuple[float, bool]]:
    """English numbers in words: “twenty-five”, “three hundred thousand”, “nineteen eighty four” (a year).

    Each with whether it is whole: the halves of a year may have been meant as numbers of their own.
    """
    found: set[tuple[float, bool]] = set()
    total = run = 0
    before = ""
    for word in [*re.findall(r"[a-z]+", text.lower()), ""]:
        if word in _ENGLISH:
            number = _ENGLISH[word]
            if 10 <= run < 100 and number >= 10:
                found |= {(float(run), False), (float(number), False)}
                run = 100 * run + number  # two pairs of digits, as years are said
            else:
                run += number
        elif word in _SCALES and run:
            run *= _SCALES[word]
            if _SCALES[word] >= 1000:
                total, run = total + run, 0
        elif not (word == "and" and before in _SCALES):
            found.add((float(total + run), True))
            total = run = 0
        before = word
    return found
