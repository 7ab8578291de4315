"""The user: an email address, and no username; and how they want to be spoken to."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class EmailUserManager(UserManager["User"]):
    """Makes users from an email address, stored in lower case so that one person has one account."""

    def _create(self, email: str, password: str | None, **extra: Any) -> User:
        if not email:
            raise ValueError("A user needs an email address.")
        user = self.model(email=email.strip().lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_user(  # type: ignore[override]
        self, email: str, password: str | None = None, **extra: Any
    ) -> User:
        return self._create(email, password, **extra)

    def create_superuser(  # type: ignore[override]
        self, email: str, password: str | None = None, **extra: Any
    ) -> User:
        return self._create(email, password, **{"is_staff": True, "is_superuser": True, **extra})

    def closing(self) -> models.QuerySet[User]:
        """Accounts that were asked to be closed and are still there."""
        return self.filter(closing_since__isnull=False)

    def get_by_natural_key(self, email: str | None) -> User:
        return self.get(email=(email or "").lower())


class User(AbstractUser):
    """Somebody with an account: reader, editor or operator."""

    username = None  # type: ignore[assignment]
    email = models.EmailField(_("email address"))
    name = models.CharField(
        _("name"),
        max_length=100,
        blank=True,
        help_text=_("Shown to readers where an editor reviewed a digest."),
    )
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]

    # When they asked for their account to be closed. From then on they cannot sign in.
    closing_since = models.DateTimeField(null=True, editable=False)
    closing_tried_at = models.DateTimeField(null=True, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[EmailUserManager] = EmailUserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [models.UniqueConstraint(Lower("email"), name="one_account_per_email")]

    def __str__(self) -> str:
        return self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new user gets preferences at once, in the language of the request that made them."""
        is_new = self._state.adding
        with transaction.atomic():
            super().save(*args, **kwargs)
            if is_new:
                Preferences.objects.get_or_create(user=self, defaults={"language": spoken_language()})

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name or self.email.split("@")[0]


class Preferences(models.Model):
    """How somebody wants to be spoken to, and how often."""

    class Newsletter(models.TextChoices):
        NONE = "none", _("Never")
        DAILY = "daily", _("Every day")
        WEEKLY = "weekly", _("Once a week")

    user = models.OneToOneField(User, models.CASCADE, related_name="preferences")
    language = models.CharField(_("language"), max_length=10, default=settings.LANGUAGE_CODE)
    newsletter = models.CharField(
        _("newsletter"), max_length=10, choices=Newsletter.choices, default=Newsletter.NONE
    )

    class Meta:
        verbose_name = _("preferences")
        verbose_name_plural = _("preferences")

    def __str__(self) -> str:
        return str(self.user)


def spoken_language() -> str:
    """The language in force, if the site speaks it."""
    language = get_language() or ""
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
