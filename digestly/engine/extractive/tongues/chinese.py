"""Chinese: pairs of characters stand in for words."""

from __future__ import annotations

import re

from digestly.engine.extractive.tongues.patterns import any_of
from digestly.engine.extractive.tongues.tongue import Tongue, words
from digestly.engine.extractive.tongues.unspaced import pair_namer, pair_term

STOP = words(
    """
这个 那个 什么 怎么 我们 你们 他们 大家 自己 一个 一些 一下 一点 就是 还是 不是 但是 所以 因为 如果 然后 可能 可以 其实 现在 时候
觉得 知道 没有 非常 比较 已经 这样 那样 这些 那些 这种 那种 里面 上面 下面 之后 之前 以后 以前 的话 来说 或者 而且 包括 对于 关于
东西 事情 问题 情况 方面 今天 刚才 刚刚 谢谢 老师 朋友 感觉 应该 需要 很多 起来 出来 进行 通过 这边 那边 这里 那里 有些 为什 么样
"""
)
CHATTER = "的了着过吗呢吧啊嗯呃哦哈嘛呀是我你他她它们这那不也都就在有和与或很又还再把被让给对从到会要能说去来上下个么没"

CHINESE = Tongue(
    code="zh",
    term=pair_term(STOP, CHATTER),
    namer=pair_namer(STOP, CHATTER),
    glue="",
    listed="、".join,
    full_stop="。",
    covers="主要话题包括{topics}。",
    discusses="{people}讨论了{topics}等话题。",
    opens=re.compile(
        any_of(
            "下一个(?:问题|话题|议题|环节|部分)",
            "接下来",
            "下面(?:我们|请|有请|进入|是)",
            "第[一二三四五六七八九十]个?(?:问题|话题|议题|部分|环节|点|阶段|方面)?",
            "最后(?:一个|我们|想|再|请)",
            "换(?:一)?个(?:话题|问题)",
            "(?:再|想)(?:来)?(?:问|聊|谈|讨论)(?:一下|一)",
            "大家好|各位",
            "首先",
            "(?:进入|回到)(?:我们)?(?:的)?(?:下|今天|第)",
            "总结一下",
        )
    ),
    enumerates=re.compile(
        r"(?:好的?|对|那么?|行|嗯|然后|谢谢.{0,4})*[，, ]*"
        r"(?:下一|接下来|最后|第[一二三四五六七八九十]|另外|再|下面|首先|还有一个|我们(?:下|再|先|接))"
    ),
    restarts=re.compile(r"(?:好|那么|那|接下来|下面|首先|最后|第|下一个|所以|对|然后)"),
    resumes=re.compile(r"(?:然后|所以|但是|因为|而且|它|他|这个|那个|就|也|都|对)"),
    introduces=re.compile(
        any_of(
            "(?:聊|谈|讲|讨论|介绍|分享)(?:一)?(?:下|聊|谈|讲)?",
            "请(?:问|教|您|你|.{1,4}老师)",
            "问题是",
            "怎么看",
            "话题",
            "议题",
            "为什么|如何|什么是",
        )
    ),
    closes=re.compile(
        any_of(
            "谢谢|感谢",
            "(?:好的|好|行|可以|对)[，。,. ]*$",
            "还有(?:没有|什么)?(?:别的|其他|补充|问题)",
            "先(?:到|说|聊|讲)(?:这|到)",
            "掌声",
        )
    ),
    asks=re.compile(r"[?？]|吗[。]?$|呢[。]?$"),
    fillers=re.compile(
        r"(?:嗯+|啊+|呃+|哦+|那个|就是说|对吧|对对+|然后呢|是吧|怎么说呢|反正|这个(?=这个)|其实)[,，、]?"
    ),
    leads=re.compile(
        r"(?:(?:然后|所以|但是|那么|那(?![个些种边里么])|对(?![于方应象比话待面])|嗯|其实|就是说?(?=[,，])|而且|(?:好的?|是的|对的|可以)(?=[,，。])"
        r"|不过|我觉得|我想|我认为|当然|呃|啊)[,，、。]?)+"
    ),
    tails=re.compile(r"(?:对吧|是吧|对不对|什么的|然后|所以|但是|就是)[，。,.？?]*$"),
    dangling=re.compile(
        r"(?:它|他|她|这个|那个|这|那|其|此|然后|所以|但是|对|嗯|因为|以及|或者|也|都|还|就|的|了)"
    ),
    personal=re.compile(r"我|你|您|咱"),
    murmurs=re.compile(r"嗯|呃|对吧|是吧|就是说|怎么说|这个这个|^ (?:因为|包括|可能|还有)"),
    courtesy=re.compile(
        r"谢谢|感谢|大家好|欢迎|掌声|听得见|听得到|不好意思|抱歉|打断|空调|下一个问题|下一位|请.{1,4}老师"
    ),
    sells=re.compile(r"广告|赞助|优惠[码券]|折扣码|免费试用|购买链接"),
    agenda=re.compile(r"今天.{0,30}(?:聊|谈|讨论|话题|主题|分享|介绍|讲)|(?:主题|话题|议题)是"),
    quotable=re.compile(r"我(?:觉得|认为|相信)|重要|关键|核心|本质|一定要|永远|未来|不是.{2,20}而是"),
    titled=re.compile(
        r"(?:聊|谈|讨论|关于|介绍|分享)(?:一下|聊|谈|一聊)?(?P<about>[\u4e00-\u9fffA-Za-z0-9]{4,16})(?:的)?(?:这个|这|的)?(?:话题|问题|主题|议题|情况)"
    ),
    introduction="开场",
    closing="总结",
    clause=re.compile(r"[，,、；;](?=.{2})"),
)
