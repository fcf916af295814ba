"""Sheets of market surveillance and reports about explosives precursors, as values."""
