"""Telegram: long polling inside the gateway's process, with python-telegram-bot's client of the Bot API.

``polling`` fetches updates and confirms them once handled, ``answering`` makes turns of them, ``sending`` shows
replies, ``following`` sends what nobody asked for, ``channel`` starts and stops it all. It renders cards and passes
turns, and knows nothing else.
"""

from backend.chat.channels.telegram.channel import Channel, running

__all__ = ["Channel", "running"]
