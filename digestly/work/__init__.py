"""Work: claim a row, wake a worker, sweep up what was left lying. Knows Django and Celery, and no app."""
