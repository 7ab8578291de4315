"""Korean endings: speech mixes polite, plain and clipped ones; what is written ends in -습니다.

An ending alone is exchanged, never a stem, and only where its spelling leaves one reading: what may be a question,
a request, hearsay or a noun stays as it was said. Stems that end in a vowel look like nouns ("코드고요" is a noun,
"만들고요" a verb), so those are listed.
"""

from __future__ import annotations

import re

from digestly.engine.extractive.tongues import hangul, korean_morphemes
from digestly.engine.extractive.tongues.hangul import final, is_hangul, polite, with_final
from digestly.engine.extractive.tongues.patterns import any_of

_CHANGING = (
    hangul.D,
    hangul.B,
    hangul.S,
    hangul.H,
)  # finals that a vowel behind them may turn into something else
_LONGEST = 24  # letters of a last word that is looked at
_SPOKEN = ("요", "죠", "고", "데", "다", "음", "함", "됨", "임")

_QUESTIONING = re.compile(r"(?:^|\s)(?:뭐|뭘|뭔|무엇|무슨|왜|어떻게|어떤|어느|어디|언제|누구|누가|얼마|몇)")

# Whole words, or what a word ends in, whose verb is known by its spelling.
_KNOWN = tuple(
    (re.compile(f"(?:{spoken})$"), written)
    for spoken, written in (
        (
            r"(?:(?<![가-힣])|(?<=[이그저는할될볼릴]))(?:거(?:예요|에요|죠|지요|고요|구요|거든요|잖아요)|건데요)",
            "것입니다",
        ),
        (r"(?<![가-힣])(?:것임|겁니다)", "것입니다"),
        (r"(?<![가-힣])텐데요", "것입니다"),
        (r"아니(?:에요|예요|다)|아닌데요", "아닙니다"),
        (r"(?<![나아차사])이(?:에요|예요|다)|인데요", "입니다"),
        (r"(?<!올)해요|하여요", "합니다"),
        (r"(필요|가능|중요|다양|유용|간단|복잡|비슷|동일|충분)(?:한데요|하다|함)", r"\1합니다"),
        (r"돼요|되요|되어요|됨", "됩니다"),
        (r"(?<![가-힣])커요", "큽니다"),
        (r"(?<!벌)써요", "씁니다"),
        (r"줘요", "줍니다"),
        (r"(?<=[나어져러라려])와요", "옵니다"),
        (r"(?<=[들올내돌넘굴흘따][어라려아러])가요", "갑니다"),
        (r"시켜요", "시킵니다"),
        (r"보내요", "보냅니다"),
        (r"나타내요", "나타냅니다"),
        (r"(끝|나타|일어|늘어|드러)나요", r"\1납니다"),
        (r"달라요", "다릅니다"),
        (r"몰라요", "모릅니다"),
        (r"빨라요", "빠릅니다"),
        (r"불러요", "부릅니다"),
        (r"골라요", "고릅니다"),
        (r"눌러요", "누릅니다"),
        (r"흘러요", "흐릅니다"),
        (r"할게요", "하겠습니다"),
        (r"드릴게요", "드리겠습니다"),
        (r"볼게요", "보겠습니다"),
    )
)
# A stem in ㅣ or ㅜ melts into 어: these syllables come from nowhere else.
_MELTED = {"져": "지", "려": "리", "겨": "기", "쳐": "치", "혀": "히", "여": "이"}
_SOFTENED = re.compile(
    r"(?:어려|쉬|가까|무거|가벼|새로|러|고마|반가|즐거|아쉬|두려|뜨거|차가|어두|아름다|추|더)워요$"
)
_FILLED = re.compile(r"(?:배|세|채|지|싸|키|외|태|띄|비|깨)워요$")
_HELD_L = re.compile(r"(?:만들|힘들|알|살|열|풀|늘|줄|길|멀|팔|돌)[아어]요$")
_IMPERSONAL_GUESS = re.compile(r"(?:있|없|되|않)겠(?:죠|지요|고요|구요|네요)$")
_GUESS = re.compile(r"겠(?:죠|지요|고요|구요|네요|거든요|잖아요)$")

_ATTACHED = re.compile(r"(?:죠|지요|고요?|구요|거든요|잖아요|네요)$")
_VERBS_IN_A_VOWEL = re.compile(
    any_of(
        "하", "되", "아니", r"[어러라려워겨켜쳐혀해커]지", r"(?:많|좋|높|낮|작|같)아지",
        r"(?:^|[어아해려겨켜여])주", r"[어아해여]보", r"(?:나|들어|가져|불러|따라|내려|올라|다가)오",
        r"(?:들어|올라|내려|돌아|넘어|굴러|흘러|따라)가", r"(?:드|걸|돌|올|버|달|느|내|빌|틀|불|열|알|날|살|풀|팔|밀|몰|기다)리",
        r"(?:끝|일어|나타|생겨|만|늘어|드러|뛰어|벗어)나", r"^쓰", r"시키", r"보내", r"나타내", r"(?:다|모|빠|따|부|고|흐)르",
        r"(?<![가-힣])계시", r"(?:하|으|주|오|되)시",
    )
    + "$"
)  # fmt: skip
_ASKS_OR_INVITES = re.compile(
    r"(?:시|셨|보|가)(?:죠|지요)$|(?:시작|마무리|그만|이야기|얘기|정리|진행)하(?:죠|지요)$"
)
_COMPANY = re.compile(r"^(?:저|나|너|우리|저희|친구|이거|그거|이것|그것|것|거|사람|분)하[고구]요?$|^참고$")
_NOUNS_IN_I = re.compile(r"(?:나|아|차|사|길|높|넓|깊|어린|종|고양|개|놀|페)이$")

_PLAIN = re.compile(r"(?:있|없|않|많|같|싶|좋|쉽|어렵|높|낮|작|적)(?:다|음)$")
_PLAIN_PRESENT = re.compile(
    r"(?<!우)(?:[한된진준간온본낸킨긴인힌친든쓴른]|[나타어]난|[걸돌올버내드열알달]린)다$"
)


def formal(sentence: str) -> str:
    """The sentence with -습니다 at its end, where it can only be a statement; otherwise as it is."""
    body = sentence.rstrip(".")
    begin = max(body.rfind(" ") + 1, len(body) - _LONGEST)
    word = body[begin:]
    is_marked = len(body) < len(sentence)
    if not word.endswith(_SPOKEN) or (word.endswith("니다") and not word.endswith("겁니다")):
        return sentence
    if not is_marked and word.endswith(("요", "죠")) and _QUESTIONING.search(body):
        return sentence
    written = _formal_word(word)
    if written == word and (by_analysis := korean_morphemes.stated(body)):
        return by_analysis + sentence[len(body) :]
    return body[:begin] + written + sentence[len(body) :]


def _formal_word(word: str) -> str:
    for spoken, written in _KNOWN:
        changed, found = spoken.subn(written, word)
        if found:
            return changed
    noun = word.removesuffix("예요")
    if noun and noun != word and final(noun[-1]) == hangul.NO_FINAL and not noun.endswith("거"):
        return f"{noun}입니다"  # "증거" is a noun, "할거" the start of "할 것"
    if (guess := _GUESS.search(word)) and not _IMPERSONAL_GUESS.search(word):
        return _likely(word[: guess.start()]) or word  # "하겠죠" guesses, "하겠습니다" promises
    for stem in (_before_attached(word), _before_modifier(word), _before_vowel(word), _before_plain(word)):
        if stem:
            return polite(stem)
    return word


def _before_attached(word: str) -> str:
    """The stem before -죠, -고(요), -거든요, -잖아요 and -네요, which leave it as it is."""
    found = _ATTACHED.search(word)
    if not found or _ASKS_OR_INVITES.search(word) or _COMPANY.match(word):
        return ""
    stem = word[: found.start()]
    if not stem or not is_hangul(stem[-1]) or stem.endswith(("더라", "갖")) or stem == "말":
        return ""
    last = final(stem[-1])
    if last != hangul.NO_FINAL:
        # A noun would need -이- there. "편지요", "할지요" and "광고요" only look the same.
        looks_like_noun = last in (hangul.N, hangul.NG) or (last == hangul.L and found[0] == "지요")
        return "" if looks_like_noun else stem
    if stem[-1] == "이":
        return "" if _NOUNS_IN_I.search(stem) else stem
    return stem if _VERBS_IN_A_VOWEL.search(stem) else ""


def _before_modifier(word: str) -> str:
    """The stem before -는데(요), which verbs take, and -은데(요), which follows the consonant of an adjective."""
    word = word.removesuffix("요")
    stem = word[:-2]
    if not stem or not is_hangul(stem[-1]):
        return ""
    if word.endswith("는데"):
        return stem
    return stem if word.endswith("은데") and final(stem[-1]) not in (hangul.NO_FINAL, hangul.L) else ""


def _before_vowel(word: str) -> str:
    """The stem before -아요 and -어요, also where both have melted into one syllable."""
    stem = word[:-2]
    if _SOFTENED.search(word):
        return stem[:-1] + with_final(stem[-1], hangul.B)
    if _FILLED.search(word):
        return stem + "우"
    if not stem or stem.endswith("것") or not word.endswith("요") or word.endswith("잖아요"):
        return ""
    if word[-2] in _MELTED:
        return "" if word[-3:-1] == "이여" else stem + _MELTED[word[-2]]
    if word[-2] not in "아어" or not is_hangul(stem[-1]):
        return ""
    # After ㄹ a verb of another spelling may hide: "들어요" is "듣다" or "들다".
    # "언어요" and "영어요" are nouns.
    is_certain = final(stem[-1]) not in (hangul.NO_FINAL, hangul.N, hangul.L, hangul.NG) or _HELD_L.search(
        word
    )
    return stem if is_certain else ""


def _before_plain(word: str) -> str:
    """The stem of a statement in the plain style."""
    stem = word[:-1]
    if not stem or not word.endswith(("다", "음")):
        return ""
    if final(stem[-1]) == hangul.SS or _PLAIN.search(word):
        return stem
    if word.endswith("는다") and len(stem) > 1 and final(stem[-2]) not in (hangul.NO_FINAL, hangul.L):
        return stem[:-1]
    return stem[:-1] + with_final(stem[-1], hangul.NO_FINAL) if _PLAIN_PRESENT.search(word) else ""


def _likely(stem: str) -> str:
    """The guess in writing: "할 것입니다", "됐을 것입니다"; "" for a stem that changes before a vowel, or is a guess."""
    last = final(stem[-1]) if stem and is_hangul(stem[-1]) else None
    if last is None or last in _CHANGING or stem.endswith(("시", "거", "이")):
        return ""
    if last in (hangul.NO_FINAL, hangul.L):
        return f"{stem[:-1]}{with_final(stem[-1], hangul.L)} 것입니다"
    return f"{stem}을 것입니다"
