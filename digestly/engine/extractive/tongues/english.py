"""English."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from digestly.engine.extractive.tongues.ends import as_fitted
from digestly.engine.extractive.tongues.english_words import (
    FINITE,
    HANGS,
    KINDS,
    PALE,
    STOP,
)
from digestly.engine.extractive.tongues.patterns import any_of, phrase_pattern
from digestly.engine.extractive.tongues.tongue import NounRuns, Tongue, Word, words

NUMBER = any_of("one", "two", "three", "four", "five", "six", r"\d+")
ORDINAL = any_of(
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "next", "last", "final", "other"
)
TOPIC = any_of(
    "thing", "topic", "item", "question", "point", "section", "story", "subject", "issue", "segment", "chapter",
    "part", "piece", "news", "one", "example", "idea", "reason", "step", "lesson", "principle", "rule", "tip",
    "speaker", "presentation", "talk", "agenda", "release", "update", "theme", "area", "category", "proposal",
)  # fmt: skip
_OPENS = phrase_pattern(
    rf"{ORDINAL} (?:\w+ )?{TOPIC}s?\b(?! (?:i|we|you) (?:think|want|would|need))",
    rf"(?:item|topic|question|number|part|chapter|section|step) (?:number )?{NUMBER}\b",
    r"(?:move|moving|moved|jump|jumping|go|going|skip) (?:on|over|along|ahead) to\b",
    r"^(?:(?:so|okay|ok|alright|all right|and|well|now|great|right|yeah)[,.]? )*(?:moving on|next up|up next|next is|next,|lastly|finally|first up|first off)\b",
    r"let'?s (?:move|jump|dive|get|turn|switch|shift|start|begin|kick|go) (?:on|in|into|to|off|with|over|back|by|right)\b",
    r"(?:shift|switch|switching|change|changing) (?:gears|topics?|the subject|tracks?)\b",
    r"on (?:to|the agenda)\b.{0,20}\b(?:next|agenda)\b",
    r"next (?:week|time|on)\b.{0,20}\b(?:agenda|list)\b",
    r"i (?:want|wanted|'d like|would like) to (?:ask|turn|move|switch|start|talk|go) (?:you |over |on |to )?\b(?:about|with|to|on|into)\b",
    r"welcome (?:back|everyone|everybody|to|folks)\b",
    r"(?:to wrap up|wrapping up|in closing|to close|final thoughts|before we (?:go|close|finish|end|wrap))\b",
)
_GATHERS = (
    r"^(?:(?:okay|ok|alright|all right|right|so|and|well|now|then|great|cool|yeah|yes|perfect|excellent|awesome|thanks"
    r"|thank you|but|um|uh)\b[,.! ]*)*"
)
_ENUMERATES = _GATHERS + any_of(
    r"(?:(?:the|our|my|your|this|a|one|we have|there's|there is|i have|it's|that's) )*(?:very )?"
    r"(?:next|last|final|another|first|second|third|fourth|fifth|sixth|other)\b"
    r"(?! (?:week|year|month|time|night|few|couple|of all|hand|one second|minute|day|thing i|words?|thoughts?|question for))",
    r"(?:moving|jumping|turning|switching|shifting|coming|going|heading|getting|let's (?:move|go|turn|jump|get|look|talk|start|see)"
    r"|let us (?:move|go|turn)|on) (?:\w+ ){0,2}(?:to|into|on|onto|with|at|about)\b",
    r"(?:speaking of|as for|regarding|in terms of|when it comes to|with respect to|next up|finally|lastly)\b",
)
_INTRODUCES = phrase_pattern(
    r"(?:titled|entitled)\b",
    r"let'?s (?:talk|discuss|look|see|hear|take|consider)\b",
    r"(?:talk|tell|ask|speak|walk|discuss|discussing) (?:us |me |you |to us |a (?:little )?bit |more |briefly |through )*(?:about|through)\b",
    r"(?:can|could|would|do|maybe) you (?:\w+ )?(?:explain|describe|elaborate|walk|talk|tell|give|introduce|summarize|outline|want to)\b",
    r"what (?:is|are|was|were|about|does|do|exactly)\b",
    r"how (?:do|does|did|is|are|about|would|should|can)\b",
    r"why (?:do|does|did|is|are|would|should)\b",
    r"(?:question|questions|comment) (?:is|from|for|about|here|was)\b",
    r"(?:this|the) (?:next|one|question|section|part) (?:is|comes|here)\b",
    r"(?:introduce|introducing|introduction|overview|background|summary|recap)\b",
    r"speaking of\b",
    r"we (?:have|also have|'ve got) (?:a|an|one|two|three|four|five|our|some)\b",
)
_CLOSES = phrase_pattern(
    r"(?:any|other|more|further) (?:other |more |further )?(?:questions?|comments?|thoughts|remarks)\b",
    r"anything (?:else|to add|you'?d|you want|we)\b",
    r"(?:move|moving) (?:on|along|forward)\b",
    r"(?:thank you|thanks)\b",
    r"that'?s (?:it|all|about it|everything|pretty much)\b",
    r"(?:jump in|chime in|weigh in|go ahead|take it away|over to you)\b",
    r"^(?:(?:okay|ok|alright|all right|great|cool|yeah|right|awesome|perfect|excellent|good|nice|sounds good|makes sense)[,.! ]*)+$",
    r"(?:wrap up|sum up|to summarize|in summary|in conclusion)\b",
    r"(?:good|great|helpful|excellent) (?:context|summary|overview|explanation|answer|point|discussion|stuff)\b",
)
_FILLER = any_of(
    "uu*m+", "uu*h+", "uhm+", "hh*m+", "mm+", "mm-?hmm", "uh-huh", "er+m?", "ah+", "eh", "i mean", "sort of", "kind of",
    "kinda", "basically", "anyways?", "if you will", "so to speak", "as it were", "per se", "(?<=, )like(?=,)",
    "(?<=, )(?:right|okay|yeah)(?=,)", "(?:like|as) i said", "honestly", "to be honest", "let's say", "i guess",
    "i suppose", "actually", "literally",
    r"(?<!do )(?<!did )(?<!if )(?<!as )(?<!what )(?<!when )(?<!that )(?<!let )you know(?! (?:that|what|how|why|who|where|when|if|about|the|it)\b)",
)  # fmt: skip
# What may go at the start of any sentence …
_LEAD = any_of(
    "and", "but", r"so(?! (?:far|much|many|long|called|that|few|little)\b)", "or", "also",
    r"then(?! again\b)", "yeah", "yep", "yup", "okay", "ok", "oh", "alright", "all right", "obviously", "of course",
    "i think that", "i think", "i believe", "i guess", "i feel like", "i would say", "i'd say", "i mean", "you know,",
    "it turns out that", "it turns out", "in fact", "as i said", "as you know", "the thing is", "that said",
    "and then", "plus", "that's right", "(?:good|great) question", "fair enough", "gotcha", "got it",
    r"(?:mr|madam|mister)\.? ?(?:chair|speaker|president|chairman)",
)  # fmt: skip
# … and what may go only before a comma or stop, for without one it can belong to the sentence ("no one", "right now").
_LEAD_APART = any_of(
    "yes", "no", "nope", "well", "right", "now", "like", "sure", "exactly", "cool", "great", "awesome", "nice", "hey",
    "look", "listen", "see", "again", "absolutely", "definitely", "correct", "interesting", "perfect", "wow", "hi",
    "hello", "thanks", "thank you", "i see", "anyway", "everyone", "everybody", "hi everyone", "good", "excellent",
    "luckily", "finally", "lastly", "first off", "first of all", "firstly", "secondly", "just to follow up", "currently",
)  # fmt: skip
_TAIL = any_of(
    "right", "you know", "okay", "yeah", "and so on", "and so forth", "and stuff", "and all that", "or whatever",
    "or something(?: like that)?", "and things like that", "and stuff like that", "i guess", "and", "but", "so", "or",
    "because",
)  # fmt: skip
_DANGLING = any_of(
    r"(?:and|but|so|because|or|also|then|which|yeah|yes|no|okay|ok|well|right|um|uh)\b",
    r"(?:it|it's|it'd|it'll|its|that|that's|that'll|this|they|they're|they've|they'll|their|he|he's|she|she's|those|these|there|his|her)\b(?! (?:week|year|month|episode|morning|idea of))",
    r"(?:the|one|my|his|her|your|our) (?:last|first|second|third|other|next|same|latter|former|only|one|way|thing|reason|question)\b",
    r"(?:[a-z]+ing|goes|went|got|get|makes|means|says|gives) (?:it|that|this|them|against|the whole|to be)\b",
    r"(?:whereas|though|although|otherwise|instead|therefore|however|either way|same|thus|hence|like|such|both|neither|one of (?:them|those)|the other|another|who|whose|where|when it|if it|if they|if that|unless)\b",
    r"(?:not (?:just|only|that|really|necessarily|sure)|more (?:on|about) (?:that|this)|especially|sort of|kind of)\b",
    r"(?:is|are|was|were|be|been|has|had|do|does|did|of|to|in|on|at|for|with|from|by|than|as)\b",
    r"about (?:\w+ing|how|what|the|this|that|it)\b",
)
_PERSONAL = phrase_pattern(r"(?:i|me|my|you|your|gonna|wanna|guys)\b")
_FRAGMENT = rf"(?!(?:{'|'.join(sorted(word for word in STOP if len(word) < 3))})\b)"
_BROKEN_OFF = any_of(
    rf"(?<![\w'’.-]){_FRAGMENT}([a-z]{{1,2}}|[b-df-hj-np-tv-xz]{{3}}) (?=\1[a-z'])",
    rf"(?<![\w'’.-])((?i:i|we|you|they|he|she|it|the|that|this|is|was|to|in|of|if|so|what)) {_FRAGMENT}[a-z]{{1,2}} (?=(?i:\2)(?![\w'’]))",
)
_FINITE = any_of(
    r"\b(?:is|are|was|were|am|has|have|had|do|does|did|can|could|will|would|shall|should|may|might|must|cannot|let)\b",
    r"(?:n't|['’](?:s|re|ve|ll|d|m))\b",
    r"\b(?:i|we|you|they|he|she|it|who|which|people|everybody|everyone|nobody|somebody|someone) (?:\w+ly |just |also |still |all |never |always )?[a-z]{2,}\b(?<!ing)",
    r"\b[a-z]{3,}(?:ed|izes|ises|ates|ifies)\b",
    r"[a-z][a-rt-z]s (?:the|an?|its|his|her|our|your|my|their|this|that|these|those|it|them|us|you|me|how|what|why)\b",
    rf"\b(?:{'|'.join(sorted(FINITE))})\b",
)
# A condition or a reason whose consequence stands in another sentence.
_HALF = (
    r"(?:if|when|whenever|because|while|although|though|unless|until|assuming|according to|as long as)\b"
    r"(?![^,]*\bthen\b)[^,]*$"
)
_STUMBLES = " " + any_of(
    r"(?![aiox]\b)[a-z](?= [a-z]{2})",
    r"(?<=^ )(?![AIO]\b)[A-Z](?! (?:is|was|has|and)\b)(?= [a-z]{2})",
    rf"(?!(?:{'|'.join(sorted(word for word in STOP if len(word) == 3))})\b)([a-z]{{3}}) (?=(?i:\1)[a-z])",
    r"(?P<again>i|we|you|they|he|she|it|is|was|has|have|like|if|there|the) [a-z']{1,6} (?P=again)(?![\w'’])",
)
_COURTESY = phrase_pattern(
    r"(?:thank you|thanks|welcome|hello|good (?:morning|evening|afternoon)|nice to|pleasure|glad to|happy to (?:be|have))\b",
    r"(?:subscribe|follow us|patreon|sponsor|sponsored|link in the|rate us|leave a review|check out our|promo code|coupon)\b",
    r"(?:can you hear|screen|slides? up|unmute|muted|microphone|hear me)\b",
    r"(?:move on|moving on|next item|next topic|next section|any (?:other )?(?:questions|comments)|anything else|jump in|chime in|feel free|go ahead|don't know if you)\b",
    r"(?:maybe|do|can|could|would|did|have) you\b",
    r"you (?:brought|guys|opened|posted|mentioned|said|noted|wrote|asked|talked|recently)\b",
    r"you'?re (?:the author|here)\b",
    r"(?:sorry|apologies|excuse me|haha|laughs)\b",
    r"(?:let's (?:see|try|wrap|move|go|get|jump|dive|start|do|hear)|let me|please|stick around|drop off|need to drop|have to drop"
    r"|wrap (?:it |this |that )?up|(?:seconds|minutes) left|give me an?|go to the next|next slide)\b",
    r"^(?:hi,? |hello,? |everyone,? |everybody,? )*(?:i'm|my name is|i am) [a-z]\w+",
    r"we(?:'ll| will|'re going to)? (?:now )?(?:go|going) to (?:mr|ms|mrs|our)\b",
)
_SELLS = phrase_pattern(
    r"(?:brought to you by|sponsored by|(?:our|today's|this (?:week|episode|show)'s) sponsors?|thanks to our sponsor)",
    r"(?:(?:promo|discount|coupon|offer) codes?|use (?:the )?code|at checkout|free trial|money.back guarantee)\b",
    r"(?:sign up|go|head (?:on )?over|visit|check (?:it|them) out) (?:to|at|today at) [\w-]+(?: dot |\.)(?:com|io|org|net|co|ai|fm)\b",
    r"(?:percent|\d+ ?%) off (?:your|the|any|their|all)\b",
    r"(?:link|links) (?:is |are )?in the (?:show ?notes|description)\b",
)
_AGENDA = phrase_pattern(
    r"(?:today|this week|this morning|tonight|in this (?:episode|talk|session|video)|this (?:episode|talk|session|meeting))\b.{0,80}\b(?:talk|talking|discuss|discussing|cover|covering|going to|we'?ve got|we have|look at|looking at|will be|about|present)\b",
    r"(?:we'?re|we are|i'?m|i am|we'?ll|we will|i'?ll|i will) (?:going to |gonna |just |also )?(?:be )?(?:talk|talking|discuss|discussing|cover|covering|present|presenting|looking at|go(?:ing)? (?:through|over)|walk(?:ing)? through)\b",
    r"(?:agenda|topic|goal|purpose|aim|subject) (?:for|of|today|is)\b",
)
_QUOTABLE = phrase_pattern(
    r"(?:i think|i believe|i'm convinced|in my (?:opinion|view|experience)|i've learned|we learned|we realized|i realized)\b",
    r"(?:never|always|nobody|everyone|every single|the (?:key|point|truth|secret|lesson|trick|beauty|danger|problem|challenge|hardest|biggest|best|worst|only) )\b",
    r"(?:important|matters|fundamental|crucial|surprising|remember|imagine|future|instead of|rather than|the more)\b",
)
_ABOUT = r"(?:(?:called|titled|entitled|about|on|regarding|concerning) )?[\"“']?"
_TITLED = any_of(
    r"\b(?:titled|entitled) [\"“']?(?P<titled>[^.,\"”?!;]{4,80})",
    rf"\b(?:next|first|second|third|fourth|last|final) (?:\w+ ){{0,2}}(?:item|topic|section|story|question|subject|agenda item)(?: [\w' ]{{0,24}})? is {_ABOUT}(?P<next>[^.\"”?!;,]{{4,70}})",
    rf"\b(?:starting|start|beginning|begin) (?:off )?with (?:the|our) (?:\w+ ){{0,2}}(?:topic|item|section|story|question),? {_ABOUT}(?P<start>[^.\"”?!;]{{4,70}})",
    r"\b(?:let'?s|to|going to|we'?ll|want to) (?:now )?(?:talk|speak|chat|hear)(?:ing)? (?:a (?:little )?bit |briefly |more |now )*about (?P<about>[^.,\"”?!;]{4,60})",
    rf"\b(?:moving|move|jump|get) (?:on |along )?(?:to|into) (?:the |our )?(?:next )?(?:\w+ )?(?:topic|item|section|subject),? {_ABOUT}(?P<moving>[^.\"”?!;,]{{4,60}})",
)
_ADDRESSES = " " + any_of(
    r"(?<=^ )(?:(?:[Ss]o|[Aa]nd|[Oo]kay|[Yy]eah|[Ww]ell|[Hh]ey|[Hh]i|[Tt]hanks|[Tt]hank you|[Gg]reat|[Aa]ll right|[Rr]ight)[,.]? )*"
    r"(?P<first>[A-Z][a-z]{2,}),",
    r"[Tt]hank(?:s| you)(?: so much| very much)?,? (?P<thanked>[A-Z][a-z]{2,})\b",
    r"(?<=, )(?P<last>[A-Z][a-z]{2,})[.?!]$",
)


@lru_cache(maxsize=1 << 15)
def stem(word: str) -> str:
    """A light stem: plural, -ing and -ed forms of one word count together."""
    base = word.lower().replace("’", "'")
    if base in STOP or len(base) < 2:
        return ""
    base = base.removesuffix("'s").removesuffix("'")
    for suffix, least in _SUFFIXES:
        if base.endswith(suffix) and len(base) - len(suffix) >= least and not base.endswith("ss"):
            base = base[: -len(suffix)]
            break
    if len(base) > 3 and base[-1] == base[-2]:
        base = base[:-1]
    return base[:-1] if len(base) > 4 and base[-1] in "ey" else base


_SUFFIXES = (
    ("ations", 3), ("ation", 3), ("ingly", 3), ("ments", 3), ("ings", 3), ("edly", 3), ("ies", 3), ("ing", 3),
    ("ed", 3), ("ly", 3), ("es", 3), ("s", 3),
)  # fmt: skip


PLURAL = 0.1
_TOKEN = re.compile(r"[^\W_]\w*(?:(?:['’.+#/-](?=\w)|[+#](?!\w))\w*)*|[^\w\s]")
# After these a word is a verb; before those the word just said was one.
_BEFORE_VERB = words(
    """to i we you they he she who can could will would shall should may might must don't doesn't didn't won't
    can't cannot couldn't wouldn't shouldn't let's not i'll we'll you'll they'll it'll i'd we'd you'd they'd"""
)
_AFTER_VERB = words(
    """the a an this these those it them you your our my their him her me us how what if whether myself itself
    something everything anything"""
)


def noun_runs(text: str) -> Iterator[list[Word]]:
    """Runs of content words, less those whose neighbours show them to be verbs."""
    run: list[Word] = []
    before = previous = ""
    for token in _TOKEN.findall(text):
        lower, word, is_pale = _read(token)
        if word and not (is_pale and not (run and lower in KINDS)):
            if not run:
                before = previous
            run.append(word)
        elif run:
            if run := _without_verbs(run, before, lower):
                yield run
            run = []
        previous = lower
    if run := _without_verbs(run, before, ""):
        yield run


@lru_cache(maxsize=1 << 15)
def _read(token: str) -> tuple[str, Word | None, bool]:
    """A token in lower case, the word that it can add to a name, and whether that is too plain for one."""
    lower = token.lower().replace("’", "'")
    counted = stem(lower) if lower[0].isalnum() else ""
    # Letters that are spelled out ("A_") and words cut off belong to no name.
    names = counted and not lower.endswith(("ly", "_", "-")) and not lower.isdigit()
    word = (token.removesuffix("'s").removesuffix("’s"), counted) if names else None
    return lower, word, lower in PALE


def _without_verbs(run: list[Word], before: str, after: str) -> list[Word]:
    if before in _BEFORE_VERB:
        run = run[1:]
    if run and (after in _AFTER_VERB or _is_participle(run[-1][0])):
        run = run[:-1]
    return run


def _is_participle(word: str) -> bool:
    return len(word) > 5 and word.endswith("ed") and word.islower()


def namer(_: Iterable[str]) -> NounRuns:
    """English needs no evidence from elsewhere: its neighbours tell a noun."""
    return noun_runs


def headline(phrase: str) -> str:
    """Sentence case: the first letter is raised, the rest stays as spoken."""
    return phrase[:1].upper() + phrase[1:]


def listed(phrases: Sequence[str]) -> str:
    if len(phrases) < 3:
        return " and ".join(phrases)
    return f"{', '.join(phrases[:-1])} and {phrases[-1]}"


def counted(spellings: Mapping[str, int], commonest: str) -> str:
    """A thing among things stands in the plural, unless that is hardly ever said."""
    plural = commonest + "s"
    return (
        plural
        if commonest.islower() and spellings.get(plural, 0) >= PLURAL * spellings[commonest]
        else commonest
    )


ENGLISH = Tongue(
    code="en",
    term=stem,
    namer=namer,
    headline=headline,
    listed=listed,
    covers="The conversation covers {topics}.",
    discusses="{people} discuss {topics}.",
    counted=counted,
    opens=_OPENS,
    enumerates=re.compile(_ENUMERATES, re.IGNORECASE),
    introduces=_INTRODUCES,
    restarts=re.compile(
        r"(?:okay|ok|alright|all right|right|now|well|so|great|awesome|cool|excellent|good|perfect|anyways?|moving)\b",
        re.IGNORECASE,
    ),
    resumes=re.compile(
        r"(?:and|but|because|cause|or|which|yeah|yes|no|exactly|yep|sure|mm|uh-huh|mm-hmm|hmm|oh|like)\b",
        re.IGNORECASE,
    ),
    closes=_CLOSES,
    fillers=re.compile(rf"(?:, | ){_FILLER}(?![\w'’-])(?:,(?=\s))?", re.IGNORECASE),
    leads=re.compile(
        rf"(?:{_LEAD}(?![\w'’-])[\s,.!–—-]*|{_LEAD_APART}\s*[,.!–—]+[\s,.!–—-]*)+", re.IGNORECASE
    ),
    # Begun with a class, so that a search passes quickly by all else.
    tails=re.compile(rf"[\s,][\s,]*{_TAIL}(?:[\s,]+{_TAIL})*[\s,.?!]*$", re.IGNORECASE),
    broken_off=re.compile(_BROKEN_OFF),
    dangling=re.compile(_DANGLING, re.IGNORECASE),
    personal=_PERSONAL,
    murmurs=phrase_pattern(
        r"(?:yeah|okay|ok|you know|u+m|u+h|mm+|alright|gotta|kinda|anyway)\b",
        "like, ",
        r"^(?:yes|no|right|like|well)\b",
    ),
    stumbles=re.compile(_STUMBLES),
    finite=re.compile(rf"^ (?!{_HALF}).*?{_FINITE}"),
    courtesy=_COURTESY,
    sells=_SELLS,
    asks=re.compile(
        r"[?]|^ (?:(?:and|so|but|then|or|well|okay) )?(?:what|how|why|where|when|who|which \w+) (?:(?:is|are|was|were|do|does|did|would|should|can|could)(?:n't)?|about|if)\b"
    ),
    agenda=_AGENDA,
    postpones=phrase_pattern(
        r"(?:talk|discuss|speak|get in|come|cover|look)\w* (?:\w+ ){0,2}(?:about|into|at|to)? ?(?:that|it|this|them|those|these)\b",
        r"(?:later|follow along|in order|introduc\w+ (?:yourself|ourselves|themselves))\b",
    ),
    quotable=_QUOTABLE,
    titled=re.compile(_TITLED, re.IGNORECASE),
    addresses=re.compile(_ADDRESSES),
    introduction="Introduction",
    closing="Closing thoughts",
    question=re.compile(
        r"(?:how|why|what|which|when|where|who|can|should|is|are|do|does|will)\b(?!.*\b(?:i|you|your|we|our|us|it|that|this|they|their|he|she|those|these|there|here|something)\b)[^,]*\?$",
        re.IGNORECASE,
    ),
    clause=re.compile(
        r"(?:, (?:which|so|and|but|because|where|while|meaning|since)\b|; | -+ |, (?=\w+ing\b))",
        re.IGNORECASE,
    ),
    ends=as_fitted("en"),
    hangs=HANGS,
)
