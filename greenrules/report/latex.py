r"""A LaTeX document that compiles with pdfLaTeX, LuaLaTeX, XeLaTeX and Tectonic, and whose parts can be copied out.

Coordinates stand in a ``pgfplots`` axis, figures in ``booktabs`` tables, the small print in ``\greenrulesDisclosure``.
"""

from __future__ import annotations

import re

from greenrules.models import Report
from greenrules.report import agreement, disclosure, numbers, refused, svg, tables, verdict, view
from greenrules.report.diff import Line, parse_diff
from greenrules.report.text import one_line, visible

MOST_DIFF_LINES = 200
MOST_ROWS = 40

_ESCAPES = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "'": r"\textquotesingle{}",
    "`": r"\textasciigrave{}",
    "-": "{-}",
    "\u00a0": "~",
    "\u202f": r"\,",
    "−": r"\ensuremath{-}",
    "–": r"\textendash{}",
    "—": r"\textemdash{}",
    "×": r"\ensuremath{\times}",
    "·": r"\ensuremath{\cdot}",
    "±": r"\ensuremath{\pm}",
    "→": r"\ensuremath{\rightarrow}",
    "←": r"\ensuremath{\leftarrow}",
    "≤": r"\ensuremath{\leq}",
    "≥": r"\ensuremath{\geq}",
    "µ": r"\textmu{}",
    "…": r"\dots{}",
    "₂": r"\ensuremath{_2}",
    "‹": "<",
    "›": ">",
    **{sign: rf"\ensuremath{{^{digit}}}" for sign, digit in zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", [*"0123456789", "-"], strict=True)},
}
#: after these a long line of code may be broken, and after so many others in a row
_BREAKS, _UNBROKEN = frozenset(".,:;/=_-+*([{"), 16
#: the last character that T1 and the textcomp symbols cover
_LATIN = 0x17F


def escape(words: str) -> str:
    """Text that means itself in LaTeX, on one line."""
    return "".join(_ESCAPES.get(c, c) for c in one_line(words))


def escape_code(words: str) -> str:
    """A line of a program: every space is kept, and what is too long for the paper may be broken."""
    told, since = [], 0
    for character in visible(words, keep="").expandtabs(4):
        told.append("\\ " if character == " " else _ESCAPES.get(character, character))
        since = 0 if character == " " else since + 1
        if since == _UNBROKEN or (since > 3 and character in _BREAKS):
            told.append(r"\allowbreak{}")
            since = 0
    return "".join(told)


def escape_name(words: str) -> str:
    """A name of a rule, which may be broken at its hyphens and strokes."""
    return re.sub(r"(\{-\}|/|\\_)", r"\1\\allowbreak{}", escape(words))


def latex_document(report: Report) -> str:
    """The document."""
    body = "\n\n".join(part for part in _parts(report) if part)
    unknown = sorted({c for c in body if ord(c) > _LATIN})
    # pdfLaTeX stops at a character it has no glyph for: such a one is shown by its number
    declared = "".join(
        rf"\DeclareUnicodeCharacter{{{ord(c):04X}}}{{\texttt{{<{ord(c):04X}>}}}}" + "\n" for c in unknown
    )
    return _PREAMBLE.replace("%DECLARED%\n", declared) + body + "\n\n\\end{document}\n"


_PREAMBLE = r"""\documentclass[11pt,a4paper]{article}
\usepackage{iftex}
\ifPDFTeX
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{lmodern}
%DECLARED%
\else
\usepackage{fontspec}
\fi
\usepackage{textcomp}
\usepackage[margin=25mm]{geometry}
\usepackage{booktabs,longtable,array}
\usepackage{xcolor}
\usepackage{pgfplots}
\pgfplotsset{compat=1.15}
\definecolor{greenrules}{HTML}{00795A}
\definecolor{greenrulesremoved}{HTML}{B84A00}
\setlength{\parindent}{0pt}
\setlength{\parskip}{6pt}
\setlength{\emergencystretch}{3em}
\begin{document}

"""


def _parts(report: Report) -> list[str]:
    result = verdict.verdict(report)
    name, meaning = view.EVIDENCE[report.meter.evidence]
    parts = [
        rf"\section*{{{escape(result.headline)}}}",
        " ".join(map(escape, result.details)),
        _tiles(report),
        rf"Energy is \textbf{{{name}}} ({escape(report.meter.name)}). {escape(meaning)} "
        + " ".join(map(escape, verdict.caveats(report)[1:])),
    ]
    parts += [*_caveats(report), *(_warning(w.code, w.message, w.remedy) for w in report.warnings)]
    if report.candidates:
        parts += [r"\subsection*{Variants}", _plot(report), _variants(report)]
    if stages := _stages(report):
        parts += [r"\subsection*{Where the energy went}", stages]
    chosen = view.selected(report)
    if chosen is not None and chosen.diff:
        parts += [r"\subsection*{What changed}", _rules(report), escape(agreement.sentence(chosen))]
        parts += [*_caveats(report), _diff(parse_diff(chosen.diff))]
    if reasons := refused.refused(report):
        parts += [r"\subsection*{Tried and turned down}", _refused(reasons)]
    if report.candidates:
        parts.append(escape(f"{disclosure.payback(report)}."))
    if line := disclosure.carbon(report):
        parts.append(escape(line))
    parts += [
        r"\newcommand{\greenrulesDisclosure}{%" + "\n" + _disclosure(report) + "\n}",
        r"\subsection*{Disclosure}" + "\n" + r"\greenrulesDisclosure",
        r"\subsection*{Do it again}" + "\n" + rf"\texttt{{{escape(disclosure.reproduce(report))}}}",
    ]
    return parts


def _caveats(report: Report) -> list[str]:
    return [
        rf"\textbf{{Caveat}} (\texttt{{{escape_name(rule)}}}): {escape(verdict.sentence(words))}"
        for rule, words in view.caveats(report)
    ]


def _rules(report: Report) -> str:
    rows = [
        [escape_name(one.rule), escape(one.summary), escape_name(one.alone)] for one in tables.contributions(report)
    ]
    if not rows:
        return ""
    columns = r"@{}>{\raggedright}p{52mm}>{\raggedright}p{54mm}>{\raggedright\arraybackslash}p{42mm}@{}"
    return "{\\small\n" + _long(columns, ["rule", "what it does", "energy, this rule alone"], rows) + "\n}"


def _refused(reasons: list[refused.Reason]) -> str:
    lines = [r"\begin{longtable}{@{}l>{\raggedright}p{80mm}>{\raggedright\arraybackslash}p{48mm}@{}}", r"\toprule"]
    lines += [r"variant & rules & energy \\", r"\midrule", r"\endhead"]
    for reason in refused.first(reasons, MOST_ROWS):
        title = rf"\textbf{{{escape(reason.outcome)}}}: {escape(reason.words)}"
        lines.append(rf"\multicolumn{{3}}{{@{{}}p{{\linewidth}}@{{}}}}{{\raggedright {title}}} \\*")
        lines += [rf"{escape(row.name)} & {escape_name(row.rules)} & {escape(row.effect)} \\" for row in reason.rows]
    if (hidden := refused.count(reasons) - MOST_ROWS) > 0:
        lines.append(rf"\multicolumn{{3}}{{l}}{{{hidden} more in report.json}} \\")
    return "{\\small\n" + "\n".join([*lines, r"\bottomrule", r"\end{longtable}"]) + "\n}"


def _warning(code: str, message: str, remedy: str) -> str:
    command = rf" \texttt{{{escape(remedy)}}}" if remedy else ""
    return rf"\textbf{{{escape(code)}.}} {escape(message)}{command}"


def _table(columns: str, header: list[str], rows: list[list[str]]) -> str:
    lines = [rf"\begin{{tabular}}{{{columns}}}", r"\toprule", " & ".join(header) + r" \\", r"\midrule"]
    lines += [" & ".join(row) + r" \\" for row in rows]
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}"])


def _long(columns: str, header: list[str], rows: list[list[str]]) -> str:
    head = " & ".join(header) + r" \\"
    lines = [rf"\begin{{longtable}}{{{columns}}}", r"\toprule", head, r"\midrule", r"\endhead"]
    lines += [" & ".join(row) + r" \\" for row in rows[:MOST_ROWS]]
    if len(rows) > MOST_ROWS:
        lines.append(rf"\multicolumn{{{len(header)}}}{{l}}{{{len(rows) - MOST_ROWS} more in report.json}} \\")
    return "\n".join([*lines, r"\bottomrule", r"\end{longtable}"])


def _tiles(report: Report) -> str:
    rows = [
        [escape(t.label), escape(t.value), escape(t.bounds), escape(t.path), escape(t.basis)]
        for t in verdict.tiles(report)
    ]
    columns = r"@{}>{\raggedright}p{34mm}l>{\raggedright}p{38mm}l>{\raggedright\arraybackslash}p{18mm}@{}"
    return _table(columns, ["", "", r"95\,\% interval", "before, after", "runs"], rows)


def _variants(report: Report) -> str:
    rows = []
    for row in tables.measured_rows(report):
        name = escape(row.name)
        cells = (row.energy, row.change, row.quality, row.time)
        rows.append(
            [rf"\textbf{{{name}}}" if row.picked else name]
            + [escape(str(cell)) if cell.known else "--" for cell in cells]
            + [escape(row.eaoi)]
        )
    header = ["variant", "energy", "change", escape(view.metric_name(report)), "time", "EAOI"]
    width = r">{\raggedright}p{27mm}"
    return "{\\small\n" + _long(f"@{{}}l{width * 4}l@{{}}", header, rows) + "\n}"


def _plot(report: Report) -> str:
    """Energy against quality as coordinates in joules, with intervals; nothing when fewer than two can be drawn."""
    coordinates = []
    for variant in view.measured(report):
        x, y = numbers.finite(variant.energy_j), numbers.finite(variant.quality)
        if x is None or y is None or any(svg.drawable(v) is None or abs(v) > 1e15 for v in (x.median, x.low, x.high)):
            continue
        if any(abs(v) > 1e15 for v in (y.median, y.low, y.high)):
            continue
        x_error, y_error = max(x.high - x.median, x.median - x.low, 0), max(y.high - y.median, y.median - y.low, 0)
        kind = "before" if variant is report.baseline else "chosen" if variant is view.selected(report) else "other"
        coordinates.append(f"({x.median:.6g},{y.median:.6g}) +- ({x_error:.6g},{y_error:.6g}) [{kind}]")
    if len(coordinates) < 2:
        return ""
    options = (
        r"width=0.9\linewidth,height=65mm,grid=major,xlabel={energy per run, J},"
        rf"ylabel={{{escape(view.metric_name(report))}}},"
        r"scatter/classes={before={mark=square*,gray},chosen={mark=*,greenrules},other={mark=o,blue}}"
    )
    errors = "error bars/.cd,x dir=both,x explicit,y dir=both,y explicit"
    lines = [
        r"\begin{tikzpicture}",
        rf"\begin{{axis}}[{options}]",
        rf"\addplot[scatter,only marks,scatter src=explicit symbolic,{errors}] coordinates {{",
        *coordinates,
        "};",
        r"\end{axis}",
        r"\end{tikzpicture}",
    ]
    return "\n".join(lines)


def _stages(report: Report) -> str:
    before, after = (view.by_role(rows) for rows in view.stages(report))
    roles = list(before) + [role for role in after if role not in before]
    if not roles:
        return ""
    rows = [
        [escape(role), *(escape(str(numbers.energy(r[role].energy_j))) if role in r else "--" for r in (before, after))]
        for role in roles
    ]
    return _table("lrr", ["stage", "before", "after"], rows)


def _diff(lines: list[Line]) -> str:
    colours = {"added": "greenrules", "removed": "greenrulesremoved", "same": "black", "hunk": "gray"}
    shown = []
    for line in lines[:MOST_DIFF_LINES]:
        words = escape_code(f"{line.sign.replace('−', '-')}{line.text}")
        shown.append(rf"\textcolor{{{colours[line.kind]}}}{{\texttt{{{words}}}}}\\" if words else r"\strut\\")
    if len(lines) > MOST_DIFF_LINES:
        shown.append(f"{len(lines) - MOST_DIFF_LINES} more lines in report.json" + r"\\")
    return "{\\footnotesize\\raggedright\n" + "\n".join(shown) + "\n}"


def _disclosure(report: Report) -> str:
    rows = [(g.title, n, v) for g in disclosure.disclosure(report) for n, v in g.facts]
    rows += [("Refused meter", m.name, f"{m.reason} {m.remedy}".strip()) for m in report.meter.refused]
    lines = [rf"\textbf{{{escape(name or group)}:}} {escape(value)}\par" for group, name, value in rows]
    return "{\\footnotesize\\raggedright\n" + "\n".join(lines) + "\n}"
