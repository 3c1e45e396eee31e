"""Imports every skill's module, so that the registry is whole."""

from importlib import import_module

MODULES = tuple(
    import_module(f"actions.{name}")
    for name in (
        *(
            "addresses",
            "alerts",
            "cart",
            "change_order",
            "documents",
            "forecast",
            "held",
            "house",
            "inquiring",
            "ordering",
        ),
        *("people", "products", "quoting", "reorder", "replenish", "returning", "smalltalk", "standing", "status"),
        "withdrawing",
    )
)
