"""What search looks through: the open text of published digests, and the words in it."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from .digest import Digest


class SearchTextQuerySet(models.QuerySet["SearchText"]):
    def current(self, scheme: str) -> Self:
        """Those that still say what a guest may read: their digest is published, and neither it nor its access has
        changed since. Whatever changed is found again once it is written anew."""
        return self.filter(
            Q(until=None) | Q(until__gt=timezone.now()),
            scheme=scheme,
            digest__state=Digest.State.PUBLISHED,
            digest__version=F("version"),
            digest__policy=F("policy"),
        )


class SearchText(models.Model):
    """What a guest may read of a digest. `folded` is the same text, character by character, without case.

    `scheme` says how it was made, `version` and `policy` of what, `until` when a date changes who may read it.
    """

    digest = models.OneToOneField(Digest, models.CASCADE, primary_key=True, related_name="search_text")
    scheme = models.CharField(max_length=20)
    version = models.PositiveIntegerField()
    policy = models.CharField(max_length=10)
    until = models.DateTimeField(null=True)
    language = models.CharField(max_length=20)
    day = models.DateField()
    text = models.TextField()
    folded = models.TextField()

    objects: ClassVar[SearchTextQuerySet] = SearchTextQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [models.Index(fields=["language", "-day", "-digest"], name="search_newest")]

    def __str__(self) -> str:
        return f"{self.digest_id} v{self.version}"


class SearchWord(models.Model):
    """That a word, or a pair of characters where words are not spaced, is in a text."""

    text = models.ForeignKey(SearchText, models.CASCADE, related_name="words")
    word = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["word", "text"], name="one_row_per_word")]

    def __str__(self) -> str:
        return self.word
