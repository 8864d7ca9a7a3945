"""A summary for step summaries and pull requests: the verdict, the figures, the difference."""

from __future__ import annotations

import re

from greenrules.models import Report
from greenrules.report import agreement, disclosure, numbers, refused, tables, verdict, view
from greenrules.report.diff import counts, parse_diff
from greenrules.report.text import one_line, visible

#: GitHub cuts a step summary at 1 MiB; a reader gives up long before
MOST_DIFF_LINES = 300
MOST_ROWS = 30
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+\-!|~&$@])")


def escape(words: str) -> str:
    """Text as Markdown that means itself, on one line."""
    return _SPECIAL.sub(lambda match: "&lt;" if match[0] == "<" else f"\\{match[0]}", one_line(words))


def code(words: str) -> str:
    """Text as a code span, fenced with more back-ticks than it holds; safe inside a table."""
    words = one_line(words).replace("|", "\u2502") or " "
    fence = "`" * (max((len(run) for run in re.findall(r"`+", words)), default=0) + 1)
    pad = " " if words.startswith("`") or words.endswith("`") else ""
    return f"{fence}{pad}{words}{pad}{fence}"


def markdown_summary(report: Report) -> str:
    """The summary as GitHub-flavoured Markdown."""
    result = verdict.verdict(report)
    name, meaning = view.EVIDENCE[report.meter.evidence]
    parts = [
        f"## {escape(result.headline)}",
        " ".join(map(escape, result.details)),
        _tiles(report),
        *(f"> **Caveat** of {code(rule)}: {escape(words)}" for rule, words in view.caveats(report)),
        f"Energy is **{name}** ({code(report.meter.name)}). {meaning}",
        *(
            f"> **{escape(w.code)}** {escape(w.message)}{f' → {escape(w.remedy)}' if w.remedy else ''}"
            for w in report.warnings
        ),
    ]
    parts += [f"> {escape(words)}" for words in verdict.caveats(report)[1:]]
    if report.candidates:
        parts += ["### Variants", _variants(report)]
    parts += _stages(report)
    parts += _change(report)
    if reasons := refused.refused(report):
        parts.append(_details(f"Tried and turned down: {refused.count(reasons)}", _refused(reasons)))
    if report.candidates:
        parts.append(escape(f"{disclosure.payback(report)}."))
    if line := disclosure.carbon(report):
        parts.append(escape(line))
    parts.append(_details("Disclosure", _disclosure(report)))
    parts.append(f"Do it again:\n\n{_fenced(disclosure.reproduce(report), 'console')}")
    return "\n\n".join(part for part in parts if part) + "\n"


def _table(header: list[str], rows: list[list[str]]) -> str:
    lines = [f"| {' | '.join(header)} |", f"|{'---|' * len(header)}"]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in rows])


def _details(summary: str, body: str) -> str:
    return f"<details><summary>{escape(summary)}</summary>\n\n{body}\n\n</details>"


def _fenced(body: str, language: str) -> str:
    longest = max((len(run) for run in re.findall(r"`{3,}", body)), default=2)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{body}\n{fence}"


def _tiles(report: Report) -> str:
    rows = [
        [escape(tile.label), f"**{escape(tile.value)}** {escape(tile.bounds)}", escape(tile.path or "–"), tile.basis]
        for tile in verdict.tiles(report)
    ]
    return _table(["", "95 % interval", "before → after", "runs"], rows)


def _variants(report: Report) -> str:
    rows = []
    for row in tables.measured_rows(report)[:MOST_ROWS]:
        name = escape(row.name)
        rows.append(
            [
                f"**{name}**" if row.picked else name,
                code(row.rules) if row.rules != "–" else "–",
                escape(str(row.energy)),
                escape(str(row.change)) if row.change.known else "–",
                escape(str(row.quality)) if row.quality.known else "–",
                escape(str(row.time)),
                escape(row.eaoi),
            ]
        )
    return _table(["variant", "rules", "energy", "change", escape(view.metric_name(report)), "time", "EAOI"], rows)


def _stages(report: Report) -> list[str]:
    before, after = (view.by_role(rows) for rows in view.stages(report))
    if not before and not after:
        return []
    roles = list(before) + [role for role in after if role not in before]
    rows = [
        [role, *(escape(str(numbers.energy(r[role].energy_j))) if role in r else "–" for r in (before, after))]
        for role in roles
    ]
    return ["### Where the energy went", _table(["stage", "before", "after"], rows)]


def _change(report: Report) -> list[str]:
    chosen = view.selected(report)
    if chosen is None or not chosen.diff:
        return []
    added, removed = counts(parse_diff(chosen.diff))
    lines = visible(chosen.diff.rstrip("\n").replace("\r", "")).split("\n")
    body = "\n".join(lines[:MOST_DIFF_LINES])
    hidden = len(lines) - MOST_DIFF_LINES
    more = f"\n\n{hidden} more lines stand in `report.json`." if hidden > 0 else ""
    rows = [[code(one.rule), escape(one.summary), escape(one.alone)] for one in tables.contributions(report)]
    caveats = [f"**Caveat** of {code(rule)}: {escape(words)}" for rule, words in view.caveats(report)]
    summary = f"What changed: {added} lines added, {removed} removed"
    return [
        _table(["rule", "what it does", "energy, this rule alone"], rows) if rows else "Rules: no rules",
        escape(agreement.sentence(chosen)),
        _details(summary, "\n\n".join([*caveats, _fenced(body, "diff") + more])),
    ]


def _refused(reasons: list[refused.Reason]) -> str:
    lines = []
    for reason in refused.first(reasons, MOST_ROWS):
        lines.append(f"- **{escape(reason.outcome)}**: {escape(reason.words)}")
        for row in reason.rows:
            figures = [escape(row.name), code(row.rules), escape(row.effect)]
            lines.append(f"  - {' '.join(part for part in figures if part)}")
    hidden = refused.count(reasons) - MOST_ROWS
    return "\n".join(lines) + (f"\n\n{hidden} more stand in `report.json`." if hidden > 0 else "")


def _disclosure(report: Report) -> str:
    rows = [
        [escape(group.title), escape(n), escape(v)] for group in disclosure.disclosure(report) for n, v in group.facts
    ]
    rows += [["Refused meter", escape(m.name), f"{escape(m.reason)} {code(m.remedy)}"] for m in report.meter.refused]
    return _table(["", "fact", "value"], rows)
