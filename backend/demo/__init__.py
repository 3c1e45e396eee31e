"""The demo company: a generated wholesaler of fasteners and textiles, with three years behind it."""

from backend.demo.load import DemoReport, load_demo_company

__all__ = ["DemoReport", "load_demo_company"]
