"""Korean, without a morphological analyser: particles and endings are recognised by their spelling."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from digestly.engine.extractive.tongues.ends import by_words
from digestly.engine.extractive.tongues.english_words import STOP as ENGLISH_STOP
from digestly.engine.extractive.tongues.hangul import NO_FINAL, final, is_hangul
from digestly.engine.extractive.tongues.korean_endings import formal
from digestly.engine.extractive.tongues.patterns import any_of
from digestly.engine.extractive.tongues.tongue import NounRuns, Tongue, Word, words

STOP = words(
    """
그것 이것 저것 거기 여기 저기 이거 그거 저거 이게 그게 저게 이건 그건 저건 이걸 그걸 저걸 이런 그런 저런 이렇게 그렇게 저렇게
어떤 어떻게 어디 언제 누가 누구 무엇 무슨 뭐가 뭔가 뭐를 뭘까 왜냐하면 하나 둘 셋 다음 처음 먼저 나중 마지막 때문 정도
경우 부분 생각 말씀 이야기 얘기 사람 분들 여러분 저희 우리 제가 저는 저도 저의 나는 내가 오늘 지금 이번 요즘 아까 조금 많이
굉장히 정말 진짜 매우 아주 너무 되게 약간 사실 그냥 일단 이제 인제 혹시 아마 물론 역시 특히 바로 계속 다시 그래서 그리고
그런데 근데 그러면 그럼 그러니까 그래도 하지만 그래 그렇지 그러다 따라서 또는 혹은 또한 및 같은 같이 있는 없는 하는 되는
모든 모두 다른 여러 가지 가장 제일 더욱 거의 항상 함께 대해 대한 대해서 통해 통해서 위해 위해서 위한 관해 관한 따른 따라
해서 하면 하고 하게 했던 했는데 하는데 되면 되고 되게 있고 있으면 있어서 있는데 있던 없고 없이 아니라 아니고 아닌 아니면
같아요 같습니다 같은데 거예요 거죠 겁니다 것입니다 것이 것을 것은 것도 것들 거를 거는 거고 거랑 건데 수가 수도 수는 때는 때가 때도
안녕하세요 감사합니다 네네 아니 예를 들어 들면 들어서 보면 보시면 봤을 보고 볼게요 보겠습니다 드릴 드리겠습니다 말하면 시간 관련 내용
자체 한번 두번 상황 문제 방법 이유 필요 사용 중요 가능 기본 전체 실제 결과 이상 이하 이후 이전 최근 각각 직접 서로 스스로
"""
)
PALE = words(
    """
시작 진행 설명 소개 질문 답변 발표 준비 확인 공유 정리 추가 변경 처리 생성 실행 작업 도움 느낌 순서 단계 과정 예시 예제 하루 올해
작년 매일 친구 당신 녀석 개수 숫자 번째 첫째 둘째 셋째 퍼센트 달러 유로 만원 천원 이십 삼십 사십 오십 육십 칠십 팔십 구십
여기서 거기서 그다음 첫번째 두번째 세번째 네번째 뒤에 앞에 위에 아래 안에 밖에 옆에 가운데 사이 중간 종류 형태 모습
"""
)
# Longest first: a shorter one would leave half of a longer one behind.
_JOSA = any_of(
    "으로부터", "에서부터", "이라고는", "이라는", "이라고", "으로써", "으로서", "에서는", "에서도", "에서의", "으로는",
    "으로도", "에게서", "에게는", "까지는", "까지도", "이라도", "이란", "라는", "라고", "으로", "에서", "에게", "한테", "까지",
    "부터", "처럼", "보다", "마다", "조차", "밖에", "이나", "이든", "이랑", "하고", "들을", "들이", "들은", "들의", "들도",
    "들", "은", "는", "이", "가", "을", "를", "의", "에", "도", "로", "와", "과", "만", "랑", "란", "나",
)  # fmt: skip
JOSA = re.compile(_JOSA + "$")
_PREDICATE = any_of(
    "습니다", "습니까", "ㅂ니다", "니다", "니까", "어요", "아요", "해요", "에요", "예요", "여요", "세요", "네요", "데요", "군요",
    "거든요", "거든", "죠", "지요", "고요", "구요", "까요", "게요", "을까", "는데", "은데", "인데", "지만", "면서", "으면", "다면",
    "어서", "아서", "해서", "려고", "려면", "하면", "하고", "하는", "하게", "하기", "하던", "했던", "했고", "했는데", "한다",
    "되는", "되면", "되고", "되어", "돼서", "된다", "됐고", "있는", "없는", "있던", "있고", "같은", "다는", "라면", "니까",
    "던데", "거냐", "느냐", "건지", "는지", "을지", "었던", "았던", "었고", "았고", "었는데", "았는데", "겠다", "했다", "었다", "았다", "였다", "이다", "한데", "할",
    "했을", "하지", "되지", "않는", "않고", "않은", "않을", "않게", "싶은", "싶어", "가지고", "시키는", "적인", "적으로", "스러운",
    "로운", "스럽게", "롭게",
)  # fmt: skip
PREDICATE = re.compile(_PREDICATE + "$")


@lru_cache(maxsize=1 << 15)
def term(word: str) -> str:
    """The noun of a word with its particle taken off; "" for verbs, chatter and single syllables."""
    if not "가" <= word[0] <= "힣":
        lower = word.lower()
        latin = re.match(r"[a-z][a-z0-9.+#-]*", lower)
        if latin:
            return "" if lower in ENGLISH_STOP or len(latin.group()) < 2 else latin.group().rstrip(".-")
        return ""
    if word in STOP or PREDICATE.search(word):
        return ""
    base = JOSA.sub("", word) if len(word) > 2 else word
    if len(base) < 2 or base in STOP or PREDICATE.search(base):
        return ""
    return base


_TOKEN = re.compile(r"[가-힣]+|[A-Za-z](?:[A-Za-z0-9.+#_-]*[A-Za-z0-9+#])?|[^\w\s]|\s+|\w+")
# Only nouns take these; the other particles are also endings of verbs and adjectives.
_OBJECT = re.compile(r"[을를]$")
_LOOKS_VERBAL = re.compile(r"(?:[히한할함된될던게며텐듯실신린운둔든]|는|고|서|데|면|지)$")


def namer(texts: Iterable[str]) -> NounRuns:
    """A noun is known by the company it keeps: one base that is seen with an object particle or with several forms."""
    forms: dict[str, set[str]] = {}
    for text in texts:
        for token in _HANGUL.findall(text):
            base = term(token)
            if base:
                forms.setdefault(base, set()).add(token[len(base) :])
    nouns = frozenset(
        base
        for base, seen in forms.items()
        if base not in PALE
        and (len(seen) > 1 or _OBJECT.search(next(iter(seen))))
        and not _LOOKS_VERBAL.search(base[2:])
    )

    def noun_runs(text: str) -> Iterator[list[Word]]:
        run: list[Word] = []
        after_latin = False
        for token in [*_TOKEN.findall(text), "."]:
            hangul = "가" <= token[0] <= "힣"
            latin = token[0].isascii() and token[0].isalpha()
            base = term(token) if hangul or latin else ""
            named = bool(base) and (latin or base in nouns)
            if named and not (hangul and after_latin):
                run.append((token if latin else base, base))
            # A particle closes the phrase, whether on the word itself or stuck to a Latin one ("API를").
            if run and not token.isspace() and (not named or (hangul and base != token)):
                yield run
                run = []
            after_latin = latin
        if run:
            yield run

    return noun_runs


_HANGUL = re.compile(r"[가-힣]+")


# Particles that hardly any noun ends in; -는 also ends verbs ("만드는"), mostly after these syllables.
_CLOSING_PARTICLE = re.compile(
    r"(?<=[가-힣]{2})(?:에서는?|에게|한테|으로|까지|부터|를|(?<![하되드르가나오보주리지키치쓰있없않])는|(?<![마가노])을)$"
)


def headline(phrase: str) -> str:
    """A heading is a noun phrase, so the particle goes that tied it to its sentence."""
    return _CLOSING_PARTICLE.sub("", phrase)


def listed(phrases: Sequence[str]) -> str:
    if len(phrases) == 2 and (particle := _and_after(phrases[0])):
        return f"{phrases[0]}{particle} {phrases[1]}"
    return ", ".join(phrases)


# How a Latin word sounds at its end. "code" and "line", "chat" and "import" are not told apart.
_SOUNDS_CLOSED = re.compile(r"(?:(?<![a-z])[LMNR]|[a-z](?:[lmn]|ng))$")
_SOUNDS_OPEN = re.compile(r"(?:(?<![a-z])[A-KO-QS-Z]|[a-z][adfiorsuxy]|ee)$")


def _and_after(phrase: str) -> str:
    """와 or 과, as the phrase sounds; "" where its spelling does not tell."""
    if is_hangul(phrase[-1]):
        return "와" if final(phrase[-1]) == NO_FINAL else "과"
    if _SOUNDS_CLOSED.search(phrase):
        return "과"
    return "와" if _SOUNDS_OPEN.search(phrase) else ""


# What cannot stand without a word before it keeps the one it has: "그 안에", "그 다음".
_LEANS = any_of(
    "다음", "안", "위", "뒤", "앞", "밑", "옆", "속", "밖", "중", "외", "전", "후", "당시", "때", "것", "거", "분", "점", "곳", "쪽", "둘",
    "대로", "만큼", "정도", "동안",
)  # fmt: skip
_LINKS = any_of("그래서", "그리고", "그다음에", "그 다음에", "그런데", "근데", "그러면", "그러니까", "그니까")
# Some are words of their own unless a comma sets them apart: "네 가지" is four kinds.
_FILLER = any_of(
    "어+", "음+", "아+", rf"그+(?! {_LEANS})", "뭐", rf"(?<=[고서면데만] ){_LINKS}(?=\s)",
    "(?:(?:이거는|이건|이게|그거는|그건|그게) )?(?:뭐냐|무엇이냐) ?하면(?: (?:이거는|이건|이게|그거는|그건|그게))?", "막", "이제", "인제", "약간", "그냥", "되게", "사실", "사실은",
    "일단", "뭐랄까", "좀", "뭐지", "뭔가", "아무튼", "어쨌든", "솔직히", "굉장히", "그러니까", "그니까", "(?:네|예|자|저)(?=[,.])",
)  # fmt: skip
_LEAD = any_of(
    "그래서", "그리고", "근데", "그런데", "그러니까", "그니까", "하지만", "또", "또는", "(?:네|예|자|그래|아)(?=[,.])", "어+", "음+",
    "이제", "그러면", "그럼", "일단", "뭐", "사실", "사실은", "그래도", "그렇지만", "그러면서", "그러다가", "그러다", "그다음에",
    "그 다음에", "그다음", "다음에", "다음으로", "보니까", "보면", "보시면", "그렇다면", "그러므로", "따라서",
    "그렇기 때문에", "아무튼", "어쨌든", "왜냐하면", "물론", "그렇죠", "맞아요", "맞습니다", "그런 다음에", "그러고 나서", "그렇게 해서", "결국", "결국에는", "결론적으로",
    "(?:이거는|이건|이게|그게|그거는|그건) 뭐냐 ?(?:하면|면)",
)  # fmt: skip
_TOPIC = any_of(
    "주제",
    "질문",
    "발표",
    "순서",
    "내용",
    "문제",
    "방법",
    "이유",
    "단계",
    "사례",
    "이야기",
    "얘기",
    "파트",
    "부분",
    "목차",
    "안건",
)

_OPENERS = words(
    "그래서 그리고 근데 그런데 그러니까 하지만 그러면 이제 다음 저희가 제가 저는 우리가 만약 예를"
)
_HANGS = words("그 이 저 그런 이런 저런 좀 막 더 또 안 못 그래서 그리고 근데")
_CONTINUES = words(
    "것 것을 것이 것은 것도 거 거를 거는 게 걸 건 수 때 때는 때문에 중에 중에서 안에 안에서 위에 뒤에 밑에 같은 같이 있는 있고 있어서 "
    "있습니다 없는 없습니다 하는 하고 해서 합니다 되는 되고 됩니다 대한 대해 대해서 통해 통해서 위해 위해서 때문입니다"
)
_ENDING = re.compile(r"(?:다|죠|까|음|함|됨|(?<![는은인운한던]데)(?<!거든)(?<!잖아)(?<![고구])요)[.!?…]*$")

KOREAN = Tongue(
    code="ko",
    term=term,
    namer=namer,
    headline=headline,
    written=formal,
    listed=listed,
    covers="주요 내용은 {topics} 등입니다.",
    discusses="{people}의 대화로, 주요 내용은 {topics} 등입니다.",
    opens=re.compile(
        any_of(
            r"^ (?:자,? |네,? |그럼 |그러면 |이제 |그리고 )*(?:다음은|다음으로|다음에는|그다음은|이번에는|이번엔|마지막으로|먼저|우선|첫째|둘째|셋째)(?=[\s,])",
            rf"(?:첫|두|세|네|다섯|여섯|첫번|두번|세번|다음|마지막|이번) ?(?:번째)? ?(?:로|는|{_TOPIC})",
            r"넘어가(?:겠|보|도록|서|볼)",
            r"(?:발표|시작|소개|진행)(?:를|을)? ?(?:하겠|하도록|해 ?보겠|해 ?드리|드리겠|해볼|할게|합니다)",
            r"^ (?:네,? |자,? )*(?:안녕하세요|안녕하십니까|반갑습니다)",
            r"(?:이라는|라는) (?:주제|제목|내용)",
            r"(?:정리|마무리|결론)(?:하자면|하면|을|를|하겠|드리|으로|짓)",
        )
    ),
    enumerates=re.compile(
        r"(?:(?:네|자|그럼|그러면|이제|그리고|그래서|어|음)[,.]? )*"
        r"(?:다음|마지막|첫|두 ?번|세 ?번|먼저|우선|이번|또 다른|이제)"
    ),
    restarts=re.compile(r"(?:자|네|그럼|그러면|이제|다음|먼저|우선|마지막으로|또|그리고)[\s,]"),
    resumes=re.compile(
        r"(?:그래서|그리고|근데|그런데|그러니까|하지만|그러면|그렇게|이렇게|이거|그거|이게|그게)"
    ),
    introduces=re.compile(
        any_of(
            r"(?:대해서?|관해서?|관련해서?|대한|관한) .{0,30}(?:말씀|이야기|얘기|설명|소개|알아보|살펴|다루|다뤄|보겠)",
            r"(?:알아|살펴|들여다)보(?:겠|도록|자|죠)",
            r"(?:뭐냐|무엇|뭘까|왜 |어떻게 |무엇을|어떤 ).{0,24}(?:까요|까|하면|냐면|죠|나요|습니까)",
            r"(?:저는|제가) .{0,40}(?:입니다|라고 합니다|이라고 합니다|고 있습니다)",
            r"질문(?:이|을|은|있)",
            r"예를 들어|예를 들면|본론|배경|개요|목차",
        )
    ),
    closes=re.compile(
        any_of(
            r"감사합니다|감사드립니다|고맙습니다|고생하셨습니다|수고하셨습니다|박수",
            r"(?:여기까지|이상으로|이상입니다|마치겠습니다|끝났습니다|마무리)",
            r"넘어가(?:겠|보|도록|서|볼)",
            r"^ (?:네|예|좋습니다|알겠습니다|그렇습니다|맞습니다)[.!]?$",
            r"(?:다음|이제) .{0,20}(?:보겠습니다|보죠|볼게요|소개)",
            r"질문(?:이 |을 |은 )?(?:있으|받|없으)",
        )
    ),
    fillers=re.compile(rf"(?<=[\s,.]){_FILLER}(?:(?=\.)|,?\s+|,?$)"),
    leads=re.compile(rf"(?:{_LEAD}(?:[,.\s]+|$))+"),
    # "…가 있습니다, API가요": what is said after the verb goes as well.
    tails=re.compile(
        r"(?:(?<=[다요죠]), [^\s,.]{1,12}[이가은는을를도에서]요?(?=\.?$)|[\s,]+(?:그래서|그리고|근데|그런데|이제|그|뭐|막|좀|네|예|그러니까))+[\s,.]*$"
    ),
    dangling=re.compile(
        r"(?:그래서|그리고|근데|그런데|그러니까|하지만|또|이거|그거|저거|이것|그것|이게|그게|이건|그건|얘|걔|이런|그런|저런|거기|여기|저기|"
        r"이 |그 |더 |것[이을은도] |거[를는] |수 |이렇|그렇|저렇|왜냐|두 개|둘 |그중|이중|요거|요게|요런|얘기|했는데|해서|하고|하는|등등)"
    ),
    personal=re.compile(
        r" (?:저는|제가|저도|저희|나는|내가|여러분|저한테|저의|제 )|(?:거든요|는데요|더라고요|잖아요|같아요|같고요)"
    ),
    murmurs=re.compile(r" (?:어|음|아|뭐|막|네|예|자|저)(?=[\s,.])|^ (?:했|하더라도|말은|하나는)"),
    courtesy=re.compile(
        r"안녕하|감사합니다|감사드|고맙습니다|반갑습니다|박수|환영|죄송|양해|들리시|보이시|구독|좋아요|알림 설정|화면|마이크|다음 장|넘어가|"
        r"질문 있|질문은|웃음|시간 관계|슬라이드|라고 합니다|소개해 ?드리|발표를 맡|발표자|소개를 드리|과욕|^ (?:저는|제 이름은) .{0,40}입니다[.]?$"
        # No statement: it breaks off, hangs on what follows, asks something of the listeners, or ends in no predicate.
        r"|(?:…|\.\.|[요까]\?)$|(?:기보다|니까요?|나요|까요|[하되]면요|세요|[봅칩합꿉듭갑줍씁읍]시다|해 ?보[죠자]|[쓰하한]래요)[.]?$|손 ?들어"
        r"|[^다죠요까음함됨임.!?…”\"’')\]][.!?…”\"’')\]]*$"
    ),
    sells=re.compile(r"광고|협찬|후원사|할인 ?코드|쿠폰|프로모션|구매 ?링크|무료 ?체험|제작 ?지원"),
    ending=_ENDING,
    agenda=re.compile(
        r"^ (?!.*(?:않을|않는|아니니까|아니라|못합니다|안 )).*?(?:오늘|이번|이 (?:발표|영상|시간|강의|에피소드)|본 발표|지금부터).{0,80}(?:말씀|이야기|얘기|소개|설명|발표|다루|다뤄|공유|알아보|살펴|주제)"
        r"|(?:이라는|라는) (?:주제|제목)"
    ),
    postpones=re.compile(r"(?:나중에|뒤에서|이따가|잠시 (?:후|뒤))"),
    quotable=re.compile(
        r"중요한|핵심은|결국|절대|항상|반드시|생각합니다|생각해요|생각이|배웠|깨달|느꼈|해야 (?:한다|합니다|해요)|때문입니다|문제는|가장|"
        r"것이다|것입니다|믿습니다|기억|미래|아니라"
    ),
    titled=re.compile(
        r"(?:오늘은?|저는|제가|님의|님께서|이번에는|다음은|먼저|우선)?\s*(?P<titled>[^.,?!]{4,40}?)(?:이라는|라는|이란|란) (?:주제|제목|내용)"
        r"|(?:^|[,.] ?|다음은 |다음으로 |이번에는 |이제 |먼저 |우선 |첫 번째는 |두 번째는 )(?P<about>[^.,?!]{3,30}?)(?:에|을|를) ?(?:대해서?|관해서?|대한) (?:좀 |조금 |간단히 |먼저 )?(?:말씀|이야기|얘기|설명|소개|알아|살펴)"
    ),
    introduction="소개",
    closing="마무리",
    clause=re.compile(r"(?<=\S)(?:는데|은데|인데|지만|니까|면서|고요|거든요|데요|더니),? (?=\S)"),
    verb_last=True,
    ends=by_words(_OPENERS, _HANGS, _CONTINUES, _ENDING),
    hangs=_HANGS,
)
