"""Little words: which language a text in a shared script speaks, told by the words no sentence goes without.

Every other word of speech is one of them, so a few lines already tell. A statistical model would know more
languages, and weigh more than everything else in the engine together.
"""

from __future__ import annotations

import re
from collections import Counter

FEWEST = 0.1  # of all words; below it nothing is told

_WORD = re.compile(r"[^\W\d_]+")
_WORDS = {
    language: frozenset(words.split())
    for language, words in {
        "en": "the and of to in is it that you we for on with this are was have be as but not they so at about from or",
        "es": "de la que el en y a los se del las un por con no una su para es al lo como más pero hay muy sobre hoy",
        "pt": "de que não o a e do da em um uma para com os no se na por mais as dos mas ao ele das é isso você são",
        "fr": "de la le et les des en un du une que est pour qui dans pas sur ce il au avec nous vous je mais sont",
        "it": "di che e il la un a per in una sono mi non ho con lo ma ha cosa le si del della anche come è più questo",
        "de": "der die und das ist nicht ich wir ein zu in den mit sich auf es eine auch dass von dem für aber wie",
        "nl": "de het een en van ik te dat die in je niet is met op voor zijn er maar om ook wij deze heeft naar dan",
        "sv": "och att det i en jag som är på för av inte med den har så vi till om men ett var de kan också från",
        "da": "og at det i en jeg som er på for af ikke med den har så vi til om men et var de kan også fra hvad",
        "no": "og at det i en jeg som er på for av ikke med den har så vi til om men et var de kan også fra hva",
        "fi": "ja on ei se että oli hän mutta ovat kun niin myös tämä ole mitä sitten joka siis kuin tai minä nyt",
        "pl": "i w nie na to się że z do jest jak o co tak ale po od za przez dla tym czy są już tego oraz może",
        "cs": "a se na je že to v s z do o i jako ale ve pro tak po by jsou už co který není také jsme být když",
        "sk": "a sa na je že to v s z do o aj ako ale vo pre tak po by sú už čo ktorý nie je tiež sme byť keď",
        "hu": "a az és hogy nem is egy ez meg de van csak ha mint azt már volt vagy amit kell még mert így ezt",
        "ro": "de și în la nu a să cu pe că un o este din mai pentru care ce sunt ca dar am fi au se această noi",
        "tr": "ve bir bu da de için çok ne o var ama gibi daha mi ben sen değil olarak kadar ile olan şey biz sonra",
        "id": "yang dan di itu dengan untuk ini dari tidak dalam akan pada saya kita ada bisa juga ke karena adalah",
        "vi": "và là của có không được trong cho một những này với các người đã khi tôi thì đó như để chúng ta rất",
        "ca": "de la que i el en a les un per amb no una del els és com més però al ho també hi són aquest molt",
        "ru": "и в не на что я с это как но он мы по у а то о из за так от же вы к бы для мне есть уже или",
        "uk": "і в не на що я з це як але він ми по у а то про із за так від же ви до б для є вже або та",
        "bg": "и в не на че аз с това как но той ние по у а от за се да е са ще си ли как като до или има",
        "sr": "и у не на да је се то са за што су од као али ми по би ће или који сам бити смо ово",
        "ar": "في من على أن إلى هذا هذه التي عن مع لا ما كان هو هي الذي كل قد ذلك أو بعد و يا نحن",
        "fa": "و در به از که این را با است برای آن یک خود تا ما می هم بر شد بود ها شما من یا اما",
        "ur": "کے میں کی ہے اور سے کو کا یہ نہیں ہیں پر نے ہم کہ ایک اس جو بھی تو تھا کر آپ",
        "hi": "के में की है और से को का यह नहीं हैं पर ने हम कि एक इस जो भी तो था कर आप हो",
    }.items()
}


def told_language(text: str) -> str:
    """The language whose little words are the most, "" when there are hardly any of one."""
    said = Counter(_WORD.findall(text.lower()))
    share = {
        language: sum(said[word] for word in words) / max(said.total(), 1)
        for language, words in _WORDS.items()
    }
    language = max(share, key=lambda name: (share[name], name))
    return language if share[language] >= FEWEST else ""
