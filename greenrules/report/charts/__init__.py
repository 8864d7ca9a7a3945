"""The four charts of a report, each a function from a report to a drawing, or to None when there is nothing to draw."""
