"""Channels beside the page: Telegram and the terminal. A channel renders cards and passes turns; no more."""
