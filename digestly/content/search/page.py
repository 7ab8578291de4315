"""The search page: a question in the address, the newest answers first."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language, override
from django.views.decorators.http import require_safe

from digestly.content import caching

from .finding import find

HITS_A_PAGE = 20
LONGEST_QUESTION = 200


@require_safe
def search(request: HttpRequest) -> HttpResponseBase:
    """Works without scripts, and its address can be kept."""
    question = " ".join(request.GET.get("q", "").replace("\0", " ").split())[:LONGEST_QUESTION]
    language = get_language() or settings.LANGUAGE_CODE
    before = request.GET.get("before", "")
    hits, older = find(question, language, request.user, before=before, size=HITS_A_PAGE)
    context = {
        "question": question,
        "hits": hits,
        "is_first_page": not before,
        "older": urlencode({"q": question, "before": older}) if older else "",
        "alternates": [(code, address(code, question)) for code, _ in settings.LANGUAGES],
    }
    return caching.page(request, "content/search.html", context, [hit.reading for hit in hits])


def address(language: str, question: str) -> str:
    with override(language):
        return reverse("search") + (f"?{urlencode({'q': question})}" if question else "")
