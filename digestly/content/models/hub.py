"""Where a source's hub calls us when something is new (WebSub)."""

from __future__ import annotations

import secrets
from typing import ClassVar, Self

from django.db import models
from django.db.models.functions import Now

from digestly.fetch.urls import host_of
from digestly.work.lease import Leased

from .source import Source


def unguessable() -> str:
    return secrets.token_urlsafe(32)


class HubSubscriptionQuerySet(models.QuerySet["HubSubscription"]):
    def to_ask(self) -> Self:
        """Those whose hub is to be asked now: for the first time, anew, or before it forgets us. The hub of a source
        at rest is left to forget."""
        return self.filter(source__status__in=Source.POLLED, ask_at__lte=Now())


class HubSubscription(Leased):
    """What a source's feed says of its hub, and what the hub granted us."""

    class State(models.TextChoices):
        PENDING = "pending"
        ACTIVE = "active"
        DENIED = "denied"

    source = models.OneToOneField(Source, models.CASCADE, related_name="pushes")
    hub = models.CharField(max_length=2000)
    topic = models.CharField(max_length=2000)
    # Our address for this hub alone, and what it signs with. Both change with hub and topic.
    token = models.CharField(max_length=64, unique=True, default=unguessable)
    secret = models.CharField(max_length=64, default=unguessable)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    ask_at = models.DateTimeField(db_default=Now())
    asked_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    pinged_at = models.DateTimeField(null=True)
    error_text = models.CharField(max_length=500, blank=True)

    objects: ClassVar[HubSubscriptionQuerySet] = HubSubscriptionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [models.Index(fields=["ask_at"], name="hub_to_ask")]

    def __str__(self) -> str:
        return self.host

    @property
    def host(self) -> str:
        return host_of(self.hub)
