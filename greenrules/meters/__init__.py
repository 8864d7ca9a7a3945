"""Joules from hardware, or from a model that says so; one module per source behind one protocol."""
