"""What ``import csv`` and ``export csv`` can carry: one module per kind, each with its columns."""
