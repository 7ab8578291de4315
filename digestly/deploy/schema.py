"""Is the database of this code's time?"""

from __future__ import annotations

from django.db import connection
from django.db.migrations.loader import MigrationLoader


def from_the_future() -> list[str]:
    """Migrations that were applied by a newer version: this code does not have them."""
    loader = MigrationLoader(connection)
    known = set(loader.disk_migrations)
    for migration in loader.disk_migrations.values():
        known.update(migration.replaces)
    unknown = set(loader.applied_migrations) - known
    return sorted(f"{app}.{name}" for app, name in unknown if app in loader.migrated_apps)
