"""Quartermaster's order database, its rules, the gateway and the command line."""
