"""What the shop does off the request path: Celery, and the relay that feeds it from the outbox."""
