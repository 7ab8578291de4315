"""Closing an account: sign-in ends at once, the account when every room has answered that nothing is left to do.

What a receiver does may need the network (ending a subscription, say), so a worker asks, outside any transaction,
and asks again until all have said yes.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from . import mail
from .models import User
from .signals import closing

log = logging.getLogger(__name__)

RETRY_AFTER = timedelta(minutes=5)


def begin(user: User) -> bool:
    """Nobody signs in to it from here on, and whoever is signed in is out. False if it was begun before."""
    now = timezone.now()
    return bool(
        User.objects.filter(pk=user.pk, closing_since=None).update(closing_since=now, is_active=False)
    )


def attempt(pk: int) -> bool:
    """Try to finish, unless somebody is trying or tried just now."""
    now = timezone.now()
    due = Q(closing_tried_at=None) | Q(closing_tried_at__lt=now - RETRY_AFTER)
    if not User.objects.closing().filter(due, pk=pk).update(closing_tried_at=now):
        return False
    return finish(User.objects.get(pk=pk))


def finish(user: User) -> bool:
    """Ask every room, and delete the account if all have answered True. The person is told, once."""
    unfinished = [
        getattr(receiver, "__module__", "?")
        for receiver, answer in closing.send_robust(sender=User, user=user)
        if answer is not True
    ]
    if unfinished:
        log.warning("Account %s is not closed yet: waiting for %s", user.pk, ", ".join(unfinished))
        return False
    address, language = user.email, user.preferences.language
    _, deleted = User.objects.closing().filter(pk=user.pk).delete()
    if not deleted.get(User._meta.label):
        return False  # another worker was quicker, and it writes
    mail.send_to(address, language, "account_closed")
    return True
