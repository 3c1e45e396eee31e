"""How people order, read into data: order lines, quantities, dates, references and customers.

Everything here is pure: no I/O, no database and no clock. The catalogue comes in as a `CatalogueIndex`, the day as
`today`. The one rule behind all decisions: a wrong product chosen silently is much worse than a question.
"""
