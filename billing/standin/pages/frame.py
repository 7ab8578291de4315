"""Frame: the sheet that every page of the stand-in is printed on, and the pieces that several share."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from html import escape

from ..cards import CARDS
from ..store import Object, Store
from .words import WORDS

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self' 'unsafe-inline'; font-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
SIGNS = {"usd": "$", "eur": "€", "gbp": "£", "krw": "₩", "jpy": "¥"}
WHOLE = ("krw", "jpy")  # currencies without cents that the test cards are used with

STYLE = """
:root { color-scheme: light dark;
  --paper: light-dark(#fbfbf8, #14161a); --card: light-dark(#fff, #1c1f25); --ink: light-dark(#16181d, #ecebe6);
  --soft: light-dark(#585d68, #a7abb4); --hair: light-dark(#dcddd9, #353941); --go: light-dark(#16181d, #ffe14a);
  --go-ink: light-dark(#fff, #16181d); --red: light-dark(#a6191f, #ff9b94); --green: light-dark(#14683a, #7fd6a0); }
* { box-sizing: border-box; margin: 0; }
body { background: var(--paper); color: var(--ink); font: 1rem/1.55 "Pretendard Variable", system-ui, sans-serif;
  min-height: 100dvh; overflow-wrap: anywhere; }
:lang(ko) { word-break: keep-all; }
.test { background: #ffe14a; color: #16181d; padding: 1rem clamp(1.25rem, 4vw, 2.5rem); font-size: .9375rem;
  border-bottom: .5rem solid; border-image: repeating-linear-gradient(-45deg, #16181d 0 12px, #ffe14a 12px 24px) 8; }
.test strong { margin-right: .5em; }
main { max-width: 58rem; margin: 0 auto; padding: clamp(1.5rem, 5vw, 3.5rem) clamp(1.25rem, 4vw, 2.5rem) 4rem;
  display: grid; gap: 2rem clamp(2rem, 6vw, 5rem); align-items: start; }
main.narrow { max-width: 34rem; }
@media (min-width: 50rem) { main.wide { grid-template-columns: 2fr 3fr; } }
h1 { font-size: 1.625rem; line-height: 1.25; letter-spacing: -.015em; text-wrap: balance; margin-bottom: .5rem; }
h2 { font-size: 1.0625rem; margin-bottom: .75rem; }
p + p { margin-top: .6rem; }
.price { font-size: 2.25rem; font-weight: 700; letter-spacing: -.02em; line-height: 1.2; margin: .4rem 0; }
.price span, .soft { font-size: 1rem; font-weight: 400; color: var(--soft); letter-spacing: 0; }
a { color: inherit; text-underline-offset: .2em; }
.back { display: inline-flex; align-items: center; min-height: 2.75rem; margin-bottom: .5rem; color: var(--soft); }
section, fieldset { background: var(--card); border: 1px solid var(--hair); border-radius: .625rem; padding: 1.25rem; }
section + section { margin-top: 1.25rem; }
fieldset { padding: 0; overflow: hidden; }
legend { position: absolute; clip-path: inset(50%); }
.cards label { display: grid; grid-template-columns: auto 1fr; gap: 0 .85rem; padding: .8rem 1.1rem;
  cursor: pointer; align-items: center; min-height: 2.75rem; }
.cards label + label { border-top: 1px solid var(--hair); }
.cards label:has(:checked) { background: light-dark(#fff8d2, #2c2917); }
.cards input { width: 1.15rem; height: 1.15rem; grid-row: span 2; accent-color: var(--go); }
.number { font-variant-numeric: tabular-nums; font-weight: 600; }
.cards small { color: var(--soft); font-size: .875rem; }
.field { display: block; margin-bottom: 1.25rem; font-weight: 600; }
select, .field input { display: block; width: 100%; margin-top: .35rem; min-height: 2.875rem; padding: .5rem .75rem;
  font: inherit; color: inherit; background: var(--card); border: 1px solid var(--soft); border-radius: .375rem; }
button, .button { display: inline-flex; align-items: center; justify-content: center; min-height: 3rem;
  cursor: pointer; padding: .5rem 1.5rem; font: inherit; font-weight: 600; line-height: 1.3;
  border: 2px solid var(--go); border-radius: .375rem; background: var(--go); color: var(--go-ink);
  text-decoration: none; }
button.quiet, .button.quiet { background: none; color: var(--ink); border-color: var(--hair); }
button.quiet:hover, .button.quiet:hover { border-color: var(--ink); }
form > button.full { width: 100%; margin-top: 1.25rem; }
.row { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: 1.25rem; }
:focus-visible { outline: 3px solid light-dark(#1746d1, #8fb0ff); outline-offset: 2px; }
.alert { border: 1px solid var(--red); color: var(--red); border-radius: .375rem; padding: .75rem 1rem;
  font-weight: 600;  margin-bottom: 1.25rem; }
.tag { display: inline-block; font-size: .8125rem; font-weight: 600; padding: .05rem .55rem; border-radius: 1rem;
  border: 1px solid currentcolor; color: var(--soft); vertical-align: .1em; }
.tag.good { color: var(--green); } .tag.bad { color: var(--red); }
ul { list-style: none; padding: 0; }
li { display: flex; flex-wrap: wrap; gap: .25rem 1rem; justify-content: space-between; align-items: center;
  padding: .35rem 0; min-height: 2.75rem; }
li + li { border-top: 1px solid var(--hair); }
""".strip()


@dataclass(frozen=True)
class Visit:
    """Somebody asks for a page, or sends the form on it."""

    store: Store
    method: str
    path: str
    query: dict[str, str]
    form: dict[str, str]
    languages: str = ""  # as the browser says
    chosen: str | None = field(default=None)  # by the session

    @property
    def is_sent(self) -> bool:
        return self.method == "POST"

    @property
    def language(self) -> str:
        wanted = self.chosen if self.chosen not in (None, "auto") else self.languages
        return "ko" if str(wanted).lower().startswith("ko") else "en"

    def say(self, key: str, **facts: str) -> str:
        """The words for `key`, safe to print."""
        return escape(WORDS[key][self.language].format(**facts))

    def date(self, moment: int) -> str:
        day = datetime.fromtimestamp(moment, UTC)
        korean = f"{day.year}년 {day.month}월 {day.day}일"
        return korean if self.language == "ko" else f"{day.day} {day:%B} {day.year}"


@dataclass(frozen=True)
class Page:
    status: int
    html: str = ""
    location: str = ""


def as_before(visit: Visit, customer: str) -> Visit:
    """In the language of the session that led here; what has no session of its own asks the latest one."""
    for kind in ("checkout.session", "billing_portal.session"):
        for session in reversed(visit.store.all(kind, customer=customer)):
            return replace(visit, chosen=session["locale"])
    return visit


def goto(address: str) -> Page:
    return Page(303, location=address)


def sheet(visit: Visit, title: str, body: str, *, shape: str = "narrow", status: int = 200) -> Page:
    """`title` and `body` are HTML already."""
    html = (
        f'<!doctype html><html lang="{visit.language}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{title} · {visit.say('test')}</title>"
        f'<link rel="stylesheet" href="/fonts/pretendard.css"><style>{STYLE}</style>'
        f'<body><header class="test"><strong>{visit.say("test")}</strong> {visit.say("test_text")}</header>'
        f'<main class="{shape}">{body}</main></body></html>'
    )
    return Page(status, html)


def plain(
    visit: Visit, title: str, text: str, *, link: str = "", status: int = 200, back: str = "back"
) -> Page:
    """A page that says one thing, and how to go on."""
    more = f'<p class="row"><a class="button" href="{escape(link)}">{visit.say(back)}</a></p>' if link else ""
    words = f'<div><h1>{visit.say(title)}</h1><p class="soft">{visit.say(text)}</p>{more}</div>'
    return sheet(visit, visit.say(title), words, status=status)


def money(amount: int, currency: str) -> str:
    sign = ("−" if amount < 0 else "") + SIGNS.get(currency, f"{currency.upper()} ")
    amount = abs(amount)
    return f"{sign}{amount:,}" if currency in WHOLE else f"{sign}{amount / 100:,.2f}"


def per(visit: Visit, price: Object) -> str:
    count = price["recurring"]["interval_count"]
    every = visit.say(f"per_{price['recurring']['interval']}")
    return every if count == 1 else f"{every} × {count}"


def name_of(store: Store, price: Object) -> str:
    product = store.find("product", price["product"])
    return str(product["name"] if product else price["id"])


def alert(text: str) -> str:
    return f'<p class="alert" role="alert">{text}</p>' if text else ""


def cards(visit: Visit, chosen: str = "") -> str:
    """A choice of test cards; the first one pays."""
    chosen = chosen or next(iter(CARDS))
    labels = [
        f'<label><input type="radio" name="card" value="{number}"{" checked" if number == chosen else ""} required>'
        f'<span class="number">{card.spaced}</span><small>{visit.say(card.name)}</small></label>'
        for number, card in CARDS.items()
    ]
    return f'<fieldset class="cards"><legend>{visit.say("card")}</legend>{"".join(labels)}</fieldset>'
