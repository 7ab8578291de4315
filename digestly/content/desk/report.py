"""How a draft was made and what it took, for the page on which it is reviewed; and why there is none, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from digestly.content import spending
from digestly.content.models import Digest
from digestly.content.models.spending import MICRO

TRY_AGAIN = gettext_lazy(
    "Have it written again later: what was answered so far is kept and not paid twice. Or have it drafted from the "
    "recording's own sentences, where it is in the spoken language."
)
WHAT_TO_DO: dict[str, Promise] = {
    "needs_llm": gettext_lazy(
        "Nobody here translates. Reject it, or have the operator set up a language model (LLM_MODEL)."
    ),
    "no_llm": gettext_lazy(
        "The operator has to finish setting up the language model, or to take LLM_MODEL out."
    ),
    "llm_budget": gettext_lazy(
        "The budget for language models does not cover it. It can be written again tomorrow, or with a higher budget."
    ),
    "llm_failed": TRY_AGAIN,
    "too_short": gettext_lazy("Bring another transcript to the episode, or reject the digest."),
    "transcript_bad": gettext_lazy("Bring a transcript to the episode."),
    "worker_died": gettext_lazy("Tell the operator: writing this digest ends the program that writes it."),
}


@dataclass(frozen=True)
class Told:
    """The report in words. `originals`: by heading, each bullet with its sentence in the spoken language."""

    rows: list[tuple[str, str]]
    fallback: str
    dropped: list[str]
    unverified: list[str]
    originals: list[tuple[str, list[tuple[str, str]]]]


@dataclass(frozen=True)
class Today:
    """Money spent on language models today, and what may be."""

    spent: str
    budget: str


def told(digest: Digest) -> Told:
    report = digest.report
    figures = report.get("measures") or {}
    rows = [
        (_("Model"), report.get("model") or ""),
        (
            _("Versions"),
            ", ".join(f"{part} {version}" for part, version in report.get("versions", {}).items()),
        ),
        (_("Coverage"), share(figures.get("coverage"))),
        (_("Support"), support(report, figures)),
        (_("Redundancy"), share(figures.get("redundancy"))),
        (_("Cleanliness"), share(figures.get("cleanliness"))),
        (_("Cost"), cost(report)),
        (_("Time"), _("%(seconds)s s") % {"seconds": report["seconds"]} if "seconds" in report else ""),
    ]
    return Told(
        [(label, words) for label, words in rows if words],
        report.get("fallback") or "",
        list(report.get("dropped") or ()),
        list(report.get("unverified") or ()),
        originals(digest),
    )


def today() -> Today | None:
    """Only where a model is set up."""
    if settings.LLM is None:
        return None
    spent, budget = spending.today()
    return Today(amount(spent), amount(budget) if budget else "")


def amount(millionths: int | None) -> str:
    """Money as text, with as many digits as it takes to see that something was paid."""
    if millionths is None:
        return "–"
    return f"{millionths / MICRO:.2f}" if millionths >= MICRO / 10 else f"{millionths / MICRO:.4f}"


def share(value: Any) -> str:
    return f"{value:.0%}" if isinstance(value, int | float) else ""


def support(report: dict[str, Any], figures: dict[str, Any]) -> str:
    """How many claims held; without a model, how much of the wording is the recording's own."""
    if not report.get("support"):
        return share(figures.get("support"))
    held, claims = report["support"]
    said = _("%(held)d of %(claims)d claims") % {"held": held, "claims": claims}
    mended = report.get("mended")
    return said if not mended else said + _(", %(mended)d at the second try") % {"mended": mended}


def cost(report: dict[str, Any]) -> str:
    if not report.get("calls"):
        return ""
    paid = amount(report["cost"]) if report["cost"] is not None else _("price not known")
    told = {"paid": paid, "calls": report["calls"], "tokens": f"{report['tokens']:,}"}
    return _("%(paid)s (%(calls)s requests, %(tokens)s tokens)") % told


def originals(digest: Digest) -> list[tuple[str, list[tuple[str, str]]]]:
    """The bullets as drafted, beside their sentence in the spoken language."""
    kept = digest.report.get("originals") or {}
    if not kept:
        return []
    drafted = digest.revisions.exclude(note="").filter(by=None).order_by("-version").first()
    sections = drafted.content.walk() if drafted else ()
    return [
        (
            section.heading,
            list(zip((bullet.text for bullet in section.bullets), kept[section.id], strict=False)),
        )
        for section in sections
        if kept.get(section.id)
    ]


def what_to_do(digest: Digest) -> str:
    return str(WHAT_TO_DO.get(digest.error_code, "")) if digest.state == Digest.State.FAILED else ""
