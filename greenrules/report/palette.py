"""The colours of pages and charts, light and dark.

The three data colours are after Okabe and Ito, "Color Universal Design" (2008): they stay apart for the common
colour-vision deficiencies, and every use of them is doubled by a shape, a sign or a word. Text colours have at least
4.5:1 against their ground (WCAG 2.2, 1.4.3).
"""

from __future__ import annotations

#: name → (light, dark)
COLOURS: dict[str, tuple[str, str]] = {
    "paper": ("#ffffff", "#14181a"),
    "panel": ("#f5f7f6", "#1c2225"),
    "ink": ("#16211c", "#e8edea"),
    "muted": ("#56635c", "#a3b0a9"),
    "grid": ("#dfe5e2", "#313a3d"),
    "before": ("#7d8a93", "#8e9ba4"),
    "chosen": ("#00795a", "#2fbf95"),
    "other": ("#0068a8", "#56b4e9"),
    "worse": ("#b84a00", "#f08a4b"),
    "added": ("#e3f4ec", "#12352a"),
    "removed": ("#fdebe2", "#402417"),
    "notice": ("#fff6dd", "#332b14"),
}


def light(name: str) -> str:
    """The colour on paper."""
    return COLOURS[name][0]


def stylesheet() -> str:
    """Custom properties for both schemes, and the classes that charts use for fill and stroke."""

    def properties(column: int) -> str:
        return "".join(f"--{name}:{pair[column]};" for name, pair in COLOURS.items())

    classes = "".join(f".f-{name}{{fill:var(--{name})}}.s-{name}{{stroke:var(--{name})}}" for name in COLOURS)
    return (
        f":root{{color-scheme:light dark;{properties(0)}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{properties(1)}}}}}\n"
        f"@media screen{{{classes}}}"
    )
