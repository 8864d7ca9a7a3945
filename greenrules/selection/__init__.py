"""Readings to decision: statistics, front, choice, and which candidate to measure next. Pure."""
