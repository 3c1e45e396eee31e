"""Teaching a sentence encoder the skills of the chat; what comes out is a file that the bot reads (bot/encoder)."""
