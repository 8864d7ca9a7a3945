"""Results to documents: HTML, PDF, LaTeX, Markdown, JSON, SARIF; charts.

``write`` makes files of a `Report`, ``record`` reads its JSON again, ``terminal`` tells it on a terminal, ``lint`` puts
a `LintReport` into any of its formats. ``numbers`` rounds, ``verdict`` decides what may be said. Nothing here is
imported before it is asked for: templates, charts and WeasyPrint cost time that a lint does not have.
"""
