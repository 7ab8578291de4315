"""What the parts are shown with. Nothing of it is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from django.utils.safestring import mark_safe

from billing.models import PlanPrice
from billing.plus import FREE, GUEST, Cta, Standing, State
from digestly.content.access import Reading, Wall, labels_in
from digestly.content.neighbours import Neighbour, Neighbours
from digestly.content.recording import Recording
from digestly.outline import html
from digestly.outline.preview import preview, whole
from digestly.outline.types import Outline, Point, Section

DAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PRICE = PlanPrice(lookup_key="plus_monthly", amount=500, currency="usd", interval="month")
AROUND = Neighbours(
    earlier=Neighbour("en", "#main", "The one before it", "A small show", 4, DAY),
    later=Neighbour(
        "en", "#main", "What an edition of the day before begins with", "A small show", 6, date(2026, 3, 1)
    ),
    siblings=(),
)

DEEP = Outline(
    title="How a small desk reads a long evening",
    summary="Two editors tell how they turn three hours of talk into a page: what they keep, what they leave out, and "
    "how each sentence still leads back to the moment in which it was said.",
    key_points=(
        Point("A digest is a promise that nothing important was left out.", 62.0),
        Point("Every sentence leads back to its moment."),
    ),
    sections=(
        Section(
            "a1", "What they keep", "🗂️", start=75.0,
            bullets=(Point("Numbers, names and decisions stay, with their time.", 80.0), Point("Jokes mostly go.")),
        ),
        Section(
            "b2", "세 시간을 한 쪽으로", "✂️",
            bullets=(Point("한국어 문장은 낱말 안에서 끊기지 않으며, GPT-4 옆에서도 고르게 보입니다.", 3725.0),),
        ),
        Section(
            "c3", "Where it is hard",
            sections=(
                Section("c31", "Irony", "🎭", bullets=(Point("Nobody says that they are joking.", 4000.0),)),
                Section(
                    "c32", "People who talk at the same time, for so long that the heading needs a second line",
                    bullets=(Point("One of them is usually right.", 4100.0),) * 3,
                    sections=(Section("c321", "And a third", bullets=(Point("Who is quiet.", 4200.0),)),),
                ),
                Section("c33", "Open to everyone", access="free", bullets=(Point("This one is marked as free."),)),
            ),
        ),
    ),
    insights=(
        Point("You cannot shorten what you have not understood.", 4300.0, speaker="Robin Vale"),
        Point("Read it aloud."),
    ),
    analysis="The desk works like a kitchen: most of it is cleaning.\n\nWhat is left can be served.",
)  # fmt: skip
FLAT = replace(
    DEEP,
    sections=tuple(
        Section(f"f{n}", f"Section {n}", bullets=(Point("A bullet.", 60.0 * n),)) for n in (1, 2, 3)
    ),
    insights=(),
    analysis=None,
)
LONG_TITLES = (
    "On the quiet art of turning a three-hour conversation between four people who interrupt one another into a single "
    "page that a busy person can read on the train without feeling that they have missed it",
    "네 사람이 서로 말을 끊어 가며 세 시간 동안 나눈 대화를, 바쁜 사람이 지하철에서 읽으면서도 무언가를 "
    "놓쳤다고 느끼지 않을 한 쪽짜리 글로 바꾸어 내는 조용한 기술에 대하여, 그리고 그 일을 하면서 두 편집자가 "
    "배운 것들과 끝내 풀지 못한 문제들, 다음 호에서 다시 묻게 될 것들에 관하여",
    "Wordswithoutanyspaceinthem" * 8,
)
STANDINGS = (
    GUEST,
    FREE,
    Standing(State.LAPSED, until=NOON, cta=Cta.SUBSCRIBE),
    Standing(State.PAST_DUE, until=NOON, cta=Cta.FIX_PAYMENT),
    Standing(State.INCOMPLETE, cta=Cta.FINISH_PAYMENT),
    Standing(State.DISPUTED, cta=Cta.SUPPORT),
)


def reading(
    language: str,
    *,
    outline: Outline = DEEP,
    title: str = "",
    has_plus: bool = False,
    standing: Standing = GUEST,
) -> Reading:
    """What a reader of that standing would get of it."""
    cut = whole(outline) if has_plus else preview(outline)
    return Reading(
        path="#main",
        version=1,
        language=language,
        date=DAY,
        title=title or outline.title or "",
        summary=outline.summary,
        minutes=4,
        source="Slow Desk",
        source_path="#main",
        source_link="",
        episode="Episode 12",
        episode_url="#main",
        recording=Recording("audio", "#main", "#main"),
        duration=7380.0,
        reviewer="Robin Vale",
        reviewed_at=NOON,
        published_at=NOON,
        engine="extractive",
        policy="structural",
        html=mark_safe(html.render(cut, labels_in(language), lambda second: f"/#t={second:.0f}")),  # noqa: S308
        contents=mark_safe(html.contents(cut)),  # noqa: S308 - escaped by the renderer, both
        wall=None if cut.is_whole else Wall(cut.sections, cut.bullets, cut.insights, cut.analysis, standing),
        opened_by_plus=has_plus,
        next_access_change=None,
        _cut=lambda: cut,
        _corrected=tuple,
    )
