"""Japanese: pairs of characters stand in for words, pairs of hiragana for none."""

from __future__ import annotations

import re

from digestly.engine.extractive.tongues.ends import by_words
from digestly.engine.extractive.tongues.patterns import any_of
from digestly.engine.extractive.tongues.tongue import Tongue, words
from digestly.engine.extractive.tongues.unspaced import pair_namer, pair_term

STOP = words(
    "今日 今回 自分 感じ 場合 意味 言葉 一番 一つ 皆様 本当 全部 全然 最近 次回 以上 以下 何か 思い 思う 言う 言い"
)
# Hiragana carries grammar, not topics.
CHATTER = "".join(map(chr, range(0x3041, 0x30A0))) + "ー何方時人私僕"

_ENDING = re.compile(r"(?:です|ます|ました|でした|ません|だ|る|た|い|う)[ねよか]?[。!?！？]*$")

JAPANESE = Tongue(
    code="ja",
    term=pair_term(STOP, CHATTER),
    namer=pair_namer(STOP, CHATTER),
    glue="",
    listed="、".join,
    full_stop="。",
    covers="主な話題は{topics}などです。",
    discusses="{people}が{topics}などについて話します。",
    opens=re.compile(
        any_of(
            "^ (?:さて|では|それでは|次に|次は|続いて|続きまして|まず|最初に|最後に|ところで)",
            "次の(?:話題|質問|テーマ|項目|トピック)",
            "[一二三四五1-9]つ目",
            "(?:こんにちは|おはようございます|こんばんは)",
            "まとめ(?:ると|ます|に)",
        )
    ),
    enumerates=re.compile(
        r"(?:はい|えー|では|じゃあ|それでは|で)*[、,。]?(?:次|続いて|続きまして|最後|まず|最初|もう一つ|[一二三四五1-9]つ目)"
    ),
    restarts=re.compile(r"(?:はい|さて|では|それでは|じゃあ|ということで)[、,。]"),
    resumes=re.compile(r"(?:で、|そして|だから|ですから|なので|それで|でも|しかし|それ|これ|そう)"),
    introduces=re.compile(
        any_of(
            "について(?:は|の)?(?:お話|話し|説明|紹介|聞)",
            "(?:とは|って)(?:何|なん)",
            "なぜ|どうして|どのように",
            "質問(?:が|です|は)",
            "ご紹介",
        )
    ),
    closes=re.compile(
        any_of("ありがとうございま", "以上です", "(?:何か|他に).{0,6}質問", "お願いします。?$")
    ),
    asks=re.compile(r"[?？]|ですか。?$|ますか。?$"),
    fillers=re.compile(
        r"(?:えーっと|えーと|えっと|えー+|あのー+|あの(?=[、,])|まあ(?=[、,])|そのー+|うーん|なんか(?=[、,]))[、,]?"
    ),
    leads=re.compile(
        r"(?:(?:で|それで|そして|でも|だから|ですから|なので|しかし|じゃあ|はい|ええ|うん|そう|まあ|また|あと|ちなみに|やはり|やっぱり)[、,。]\s*)+"
    ),
    dangling=re.compile(r"(?:これ|それ|あれ|この|その|あの|ここ|そこ|彼|彼女|で、|が、|けど|ので|そう|こう)"),
    personal=re.compile(r"私|僕|俺|皆さん|あなた"),
    courtesy=re.compile(
        r"ありがとうございま|よろしくお願い|こんにちは|おはようござ|すみません|失礼|チャンネル登録|聞こえ"
    ),
    sells=re.compile(r"提供でお送り|スポンサー|クーポン|割引コード|無料体験|概要欄のリンク"),
    ending=_ENDING,
    ends=by_words(ending=_ENDING),
    agenda=re.compile(r"(?:今日|本日|今回)(?:は|の).{0,50}(?:話|紹介|テーマ|説明|お届け|発表)"),
    quotable=re.compile(r"大切|重要|必要|思います|考えて|一番|必ず|未来|ではなく"),
    titled=re.compile(r"(?:は|次に|では|まず)、?(?P<about>[^、。?？]{3,24}?)について(?:お話|話|説明|紹介)"),
    introduction="はじめに",
    closing="まとめ",
    clause=re.compile(r"(?:ので|けど|けれども|から|が|て)、"),
    verb_last=True,
)
