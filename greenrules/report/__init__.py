"""Results to documents: HTML, PDF, LaTeX, Markdown, JSON, SARIF; charts."""
