"""Every address of Digestly, on one page."""

from __future__ import annotations

from datetime import date

from allauth.account.decorators import secure_admin_login
from django.apps import apps
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, register_converter
from django.views.generic import RedirectView

from billing import member_views
from billing import views as billing
from digestly.content import hubs, syndication, views, wellknown
from digestly.content.cards import views as cards
from digestly.content.desk import queue
from digestly.content.models import SmallPrint
from digestly.content.search.page import search
from digestly.deploy import health


class Day:
    """2026/11/23"""

    regex = r"\d{4}/\d{2}/\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value.replace("/", "-"))

    def to_url(self, value: date) -> str:
        return f"{value:%Y/%m/%d}"


class Name:
    """A slug in any script. It holds no dot, so that ".md" and ".json" are never part of it."""

    regex = r"[\w-]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class FeedForm(Name):
    regex = "rss|atom|json"


class SmallPrintKind(Name):
    regex = "|".join(SmallPrint.Kind.values)


register_converter(Day, "day")
register_converter(Name, "name")
register_converter(FeedForm, "form")
register_converter(SmallPrintKind, "smallprint")

# One way to sign in for all: rate limits and a second factor cover the editors too.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", views.front_door, name="front_door"),
    path("account/", member_views.account, name="account"),
    path("account/", include("accounts.urls")),
    path("account/", include("allauth.urls")),
    path("billing/", include("billing.urls")),
    path("admin/queue/", admin.site.admin_view(queue.page), name="queue"),
    path("admin/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    path("admin/", admin.site.urls),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("hubs/<name:token>/", hubs.callback, name="hub"),
    path("robots.txt", wellknown.robots, name="robots_txt"),
    path(".well-known/security.txt", wellknown.security, name="security_txt"),
    *i18n_patterns(
        path("", views.home, name="home"),
        path("feed.<form:form>", syndication.home_feed, name="home_feed"),
        path("<day:day>/", views.edition, name="edition"),
        path("<day:day>/<name:slug>/", views.digest, name="digest"),
        path("<day:day>/<name:slug>/transcript/", views.transcript, name="transcript"),
        path("<day:day>/<name:slug>.md", views.digest_markdown, name="digest_markdown"),
        path("<day:day>/<name:slug>.json", views.digest_json, name="digest_json"),
        path("<day:day>/<name:slug>.png", cards.digest_card, name="digest_card"),
        path("card.png", cards.site_card, name="site_card"),
        path("sources/<name:slug>/", views.source, name="source"),
        path("sources/<name:slug>/feed.<form:form>", syndication.source_feed, name="source_feed"),
        path("search/", search, name="search"),
        path("pricing/", billing.pricing, name="pricing"),
        path("<smallprint:kind>/", views.small_print, name="small_print"),
    ),
]
if apps.is_installed("digestly.content.patterns"):
    from digestly.content.patterns.page import patterns

    urlpatterns += i18n_patterns(path("patterns/", patterns, name="patterns"))
if apps.is_installed("accounts.outbox"):
    from accounts.outbox.views import outbox

    urlpatterns += [path("outbox/", outbox, name="outbox")]

handler400 = "digestly.content.errors.bad"
handler403 = "digestly.content.errors.forbidden"
handler404 = "digestly.content.errors.not_found"
handler429 = "digestly.content.errors.slow_down"  # allauth's name for it
handler500 = "digestly.content.errors.broken"
