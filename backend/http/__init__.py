"""What every endpoint shares: problem details, who is asking, idempotency."""
