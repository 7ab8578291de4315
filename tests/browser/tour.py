"""The tour: every page there is, as everybody sees it, once for each thing that it has to say.

It asks every address of the URL map in each role, so that a new page joins by existing, and adds what only comes about:
forms that were refused, steps on the way in, pages that stand in for what broke, mails, and the pages of the stand-in.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp
from threading import Thread
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import Request, urlopen

from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import Resolver404, resolve

from accounts.mail import send_to
from accounts.models import Preferences, User
from accounts.notices import NOTICES
from billing import plus
from billing.models import Gift
from billing.standin.server import serve
from digestly.content import editorial, errors
from digestly.content.models import Digest, EditionEntry, Episode, SmallPrint, Source
from digestly.content.samples.people import LOGINS
from tests.addresses import addresses
from tests.billing.local_stripe import ASKS, DECLINED, KEY, SECRET, LocalStripe

LANGUAGES = [code for code, _ in settings.LANGUAGES]
ROLES = ["guest", *(role for role, _, _ in LOGINS)]
# What is the same for everybody, or nobody's page at all.
NO_PAGES = re.compile(
    r"/(jsi18n|autocomplete|r/\d|webauthn/login|readyz|healthz)\b|\.(md|json|rss|atom|png)$"
)
# Pages of Django for the operator alone, shown as they come.
NOT_OURS = re.compile(r"^/admin/password_change/|^/admin/.*/(history|delete|password)/")
LETTERS = {
    "account_already_exists": {}, "account_closed": {}, "email_confirmation": {"code": "KXR-742"},
    "login_code": {"code": "LBRX-BNLW"}, "password_reset_code": {"code": "KXR-742"}, "unknown_account": {},
    "security_notice": {
        "notice": NOTICES["password_changed"], "timestamp": datetime(2026, 11, 23, 18, 24, tzinfo=UTC),
        "ip": "192.0.2.7", "user_agent": "Firefox",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Sight:
    """One page in one language, as one role gets it."""

    name: str
    role: str
    language: str
    path: str
    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def is_admin(self) -> bool:
        return self.path.startswith("/admin/")

    @property
    def is_letter(self) -> bool:
        return self.role == "mail"

    def __str__(self) -> str:
        return f"{self.name} as {self.role} in {self.language}: {self.path}"


def stage() -> None:
    """The samples, and beside them what went wrong, so that every list has something of everything."""
    call_command("load_samples", stdout=io.StringIO())
    editor = User.objects.get(email=LOGINS[-1][1])
    taken = Digest.objects.published().exclude(episode__guid__endswith="-2").order_by("pk").first()
    assert taken
    editorial.withdraw(taken, by=editor, why="The people who made the recording asked us to take it down.")
    source = Source.objects.order_by("pk").first()
    assert source
    Source.objects.filter(pk=source.pk).update(
        error_code="timeout", error_text="It did not answer.", failures=3
    )
    Source.objects.update(shows_transcript=True)
    for number, state in enumerate(("waiting_transcript", "possible_duplicate"), 1):
        Episode.objects.create(
            source=source, identity=f"extra-{number}", title=f"An episode {number}", state=state
        )
    SmallPrint.objects.create(
        kind="contact", language="en", text="# Contact\n\nWrite to desk@digests.example."
    )


def sights(language: str, *, roles: list[str] = ROLES) -> Iterator[Sight]:
    """Everything there is to see in a language. What looks as it did to somebody before is not shown twice."""
    seen: set[bytes] = set()
    Preferences.objects.update(language=language)
    for role in roles:
        browser = signed_in(role, language)
        for path in addresses(values()):
            is_here = path[1:3] == language or path[1:3] not in LANGUAGES
            if is_here and not NO_PAGES.search(path) and not NOT_OURS.search(path):
                yield from new(sight(browser, role, language, path), seen)
    if roles == ROLES:
        for one in (*moments(language), *shopping(language)):
            yield from new(one, seen)
        yield from letters(language)


def signed_in(role: str, language: str) -> Client:
    """By the form, since some pages ask how long ago that was."""
    cache.clear()  # the limits to how often one may sign in
    browser = Client(headers={"Accept-Language": language}, raise_request_exception=False)
    if role != "guest":
        email, password = next((email, password) for one, email, password in LOGINS if one == role)
        browser.post("/account/login/", {"login": email, "password": password})
        assert "_auth_user_id" in browser.session, role
    return browser


def values() -> dict[str, Any]:
    """What stands in the addresses: for each parameter the rows that there are."""
    entries = list(EditionEntry.objects.select_related("edition", "digest"))

    def rows(path: str) -> list[Any]:
        with suppress(LookupError, ValueError):
            _, _, app, model, *_ = path.split("/")
            known = apps.get_model(app, model)._default_manager.order_by("pk").values_list("pk", flat=True)
            return list(known if model == "digest" else known[:1])
        return [0]

    reviewed = Digest.objects.awaiting_review().order_by("pk").first()
    episode = reviewed.episode if reviewed else None
    return {
        "day": [*{entry.edition.date for entry in entries}],
        "slug": lambda path: (
            [entry.slug for entry in entries]
            if "day" in path
            else [*Source.objects.values_list("slug", flat=True)]
        ),
        "form": ["rss"],
        "object_id": rows,
        "pk": lambda path: [episode.pk if "episode" in path and episode else 0],
        "id": [User.objects.order_by("pk").values_list("pk", flat=True)[0]],
        "kind": lambda path: ["contact"] if "admin" in path else [*SmallPrint.Kind.values],
        "language": LANGUAGES,
        "revision": [1],
        "version": [1],
        "transcript": [reviewed.transcript_id if reviewed else 0],
        "app_label": ["content"],
        "content_type_id": [0],
        "url": ["nowhere"],
        "key": ["0-0"],
        "uidb36": ["1"],
        "name": ["nobody"],
        "token": ["none"],
        "code": ["none"],
    }


def sight(
    browser: Client, role: str, language: str, path: str, answer: HttpResponse | None = None
) -> Sight | None:
    answer = answer or browser.get(path)
    if "text/html" not in answer.get("Content-Type", "") or not getattr(answer, "content", b""):
        return None
    try:
        name = resolve(path.split("?")[0]).view_name or "page"
    except Resolver404:
        name = "page"
    name = name.removeprefix("admin:").replace("content_", "desk-") if path.startswith("/admin/") else name
    if answer.status_code != 200:
        name = f"{answer.status_code}"
    return Sight(name, role, language, path, answer.status_code, answer.content, dict(answer.headers))


def new(one: Sight | None, seen: set[bytes]) -> Iterator[Sight]:
    """If its middle was not seen yet: the frame is the same on all pages, and its states are on the first of them."""
    if one is None:
        return
    middle = one.body.partition(b"<main" if b"<main" in one.body else b"<body")[2]
    middle = re.sub(rb'value="[A-Za-z0-9]{64}"|\?next=[^"]*|nonce-\S+', b"", middle)
    if middle not in seen:
        seen.add(middle)
        yield one


def moments(language: str) -> Iterator[Sight | None]:
    """What no address shows by itself."""

    def told(name: str, role: str, browser: Client, path: str, **form: str) -> Sight | None:
        answer = browser.post(path, form, follow=True) if form else browser.get(path, follow=True)
        where = answer.redirect_chain[-1][0] if answer.redirect_chain else path
        found = sight(browser, role, language, where, answer)
        return found and Sight(name, role, language, where, found.status, found.body, found.headers)

    guest = signed_in("guest", language)
    home, front = f"/{language}/", f"?next=/{language}/"
    yield told(
        "login-refused",
        "guest",
        guest,
        f"/account/login/{front}",
        login="nobody@reader.example",
        password="x",
    )
    yield told(
        "signup-refused", "guest", guest, f"/account/signup/{front}", email="not an address", password1="x"
    )
    address = f"new-{language}@reader.example"
    yield told(
        "code-of-signup", "guest", guest, "/account/signup/", email=address, password1="a-long-password-1"
    )
    yield told("code-refused", "guest", guest, "/account/confirm-email/", code="WRONG1")
    guest = signed_in("guest", language)
    free = LOGINS[0][1]
    yield told("code-of-login", "guest", guest, "/account/login/code/", email=free)
    guest = signed_in("guest", language)
    yield told("code-of-reset", "guest", guest, "/account/password/reset/", email=free)
    yield told("405", "guest", guest, home, odd="yes")
    cache.clear()
    member = signed_in("free", language)
    member.post("/account/reauthenticate/", {"password": LOGINS[0][2]})
    yield told("close-refused", "free", member, "/account/close/", password="wrong")
    yield told(
        "preferences-saved", "free", member, "/account/preferences/", language=language, newsletter="none"
    )
    yield told("checkout-refused", "free", member, "/billing/checkout/", price="plus_monthly", next=home)
    yield from second_step(language, told)
    yield from broken(language, guest)
    editor = signed_in("editor", language)
    User.objects.create_user(f"helper-{language}@digestly.example", "a-long-password", is_staff=True)
    EmailAddress.objects.create(
        user=User.objects.get(email__startswith=f"helper-{language}"), email=f"helper-{language}@digestly.example",
        verified=True, primary=True,
    )  # fmt: skip
    draft = Digest.objects.awaiting_review().filter(language=language).first()
    if draft:
        yield told("desk-diff", "editor", editor, f"/admin/content/digest/{draft.pk}/change/?view=plus")
    yield told("desk-no-source", "editor", editor, "/admin/content/source/add/", url="nonsense", newest="3")
    yield told("desk-search", "editor", editor, "/admin/content/digest/?q=nothing-like-it")


def second_step(language: str, told: Any) -> Iterator[Sight | None]:
    """With an authenticator app and recovery codes, and on the way in with them."""
    member = signed_in("lapsed", language)
    _, email, password = LOGINS[2]
    user = User.objects.get(email=email)
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)
    try:
        yield told("mfa-is-it-you", "lapsed", member, "/account/2fa/recovery-codes/")
        member.post("/account/reauthenticate/", {"password": password})
        for path in ("", "recovery-codes/", "recovery-codes/generate/", "totp/deactivate/"):
            name = f"mfa-on-{path.strip('/') or 'index'}".replace("/", "-")
            yield told(name, "lapsed", member, f"/account/2fa/{path}")
        yield told("security-with-app", "lapsed", member, "/account/security/")
        guest = signed_in("guest", language)
        yield told("mfa-on-the-way-in", "guest", guest, "/account/login/", login=email, password=password)
    finally:
        user.authenticator_set.all().delete()


def broken(language: str, guest: Client) -> Iterator[Sight | None]:
    """Error pages that no address answers with while all is well."""
    home = f"/{language}/"
    request = RequestFactory().get(home, headers={"Accept-Language": language})
    for status in (400, 500, 503):
        answer = errors.alone(request, status)
        yield Sight(str(status), "guest", language, home, status, answer.content, dict(answer.headers))
    strict = Client(headers={"Accept-Language": language}, enforce_csrf_checks=True)
    expired = strict.post("/account/login/", {"next": home})
    yield sight(guest, "guest", language, f"/account/login/?next={home}", expired)
    for _ in range(40):
        answer = guest.post(f"/account/password/reset/?next={home}", {"email": "somebody@reader.example"})
        if answer.status_code == 429:
            yield sight(guest, "guest", language, "/account/password/reset/", answer)
            return
    raise AssertionError("nobody was slowed down")


def shopping(language: str) -> Iterator[Sight | None]:
    """The pages of the stand-in for Stripe, and ours on the way there and back."""
    server = serve(0, Path(mkdtemp()) / "stripe.sqlite3", seed="tour")
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    stripe, member = LocalStripe(server), signed_in("free", language)

    def page(name: str, address: str, **form: str) -> Sight:
        asked = Request(urljoin(stripe.url, address), urlencode(form).encode() if form else None)
        asked.add_header("Accept-Language", language)
        try:
            with urlopen(asked) as answer:
                body = answer.read()
        except HTTPError as refusal:
            body = refusal.read()
        return Sight(f"standin-{name}", "stripe", language, urlsplit(address).path, 200, body)

    try:
        with override_settings(
            STRIPE_SECRET_KEY=KEY, STRIPE_WEBHOOK_SECRETS=[SECRET], STRIPE_API_BASE=stripe.url
        ):
            call_command("billing_setup", verbosity=0)
            order = {"price": "plus_monthly", "next": f"/{language}/"}
            checkout = member.post("/billing/checkout/", order)["Location"]
            yield page("home", "/")
            yield page("lost", "/no-such-page")
            yield page("checkout", checkout)
            yield page("checkout-declined", checkout, card=DECLINED)
            yield page("bank", stripe.pay(checkout, ASKS))
            back = urlsplit(stripe.pay(checkout))
            yield page("checkout-paid", checkout)
            yield sight(member, "free", language, f"{back.path}?{back.query}")
            yield sight(member, "subscriber", language, "/account/")
            yield sight(member, "subscriber", language, f"/{language}/pricing/")
            portal = member.post("/billing/portal/", {"flow": "home"})["Location"]
            (subscription,) = stripe.api.subscriptions.list().data
            (invoice,) = stripe.api.invoices.list().data
            yield page("portal", portal)
            yield page("portal-card", f"{portal}/card")
            yield page("portal-cancel", f"{portal}/cancel/{subscription.id}")
            yield page("invoice", str(invoice.hosted_invoice_url))
            stripe.portal(portal, "cancel", subscription.id, sure="yes")
            yield page("portal-ending", portal)
    finally:
        server.shutdown()
        server.server_close()


def letters(language: str) -> Iterator[Sight]:
    """Every mail, as a mail reader shows it."""
    standing = plus.standing(User.objects.get(email=LOGINS[1][1]))
    account = f"{settings.BASE_URL}/account/"
    gift = Gift(sender="Robin", recipient="reader@digests.example", months=3, message="Happy birthday.")
    money = {
        "standing": standing, "gift": gift, "paid": "$5.00",
        **dict.fromkeys(("account_url", "gift_url", "gifts_url", "pay_url", "invoice_url", "cancel_url"), account),
    }  # fmt: skip
    folder = settings.HOME / "templates" / "emails"
    for template in sorted(path.parent.name for path in folder.glob("*/body.html")):
        mail.outbox = []
        send_to("reader@digests.example", language, template, **LETTERS.get(template, money))
        (letter,) = mail.outbox
        (alternative,) = letter.alternatives
        yield Sight(
            f"mail-{template}", "mail", language, f"/{template}.html", 200, str(alternative.content).encode()
        )
