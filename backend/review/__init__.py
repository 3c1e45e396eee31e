"""Messages kept for review, and what people say of the work done for them: what the assistant learns from."""
