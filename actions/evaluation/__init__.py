"""How well messages are understood: labelled messages, and how the readings of them compare."""
