"""What a lint would write, as one patch for ``git apply`` or ``patch -p0``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenrules.report.edits import FileDiff, merge, read_diff, write_diff
from greenrules.report.text import one_line

if TYPE_CHECKING:
    from greenrules.found import Lint


def lint_patch(report: Lint) -> str:
    """All fixes, one diff per file; empty when there is nothing to write.

    A fix that would change a line that an earlier one changes is left out, and said so before the diff of its file,
    where tools ignore it: after the patch, a second lint finds it again.
    """
    files: dict[str, list[FileDiff]] = {}
    whole: dict[str, str] = {}
    for finding in report.findings:
        if not finding.fix:
            continue
        diff = read_diff(finding.fix)
        if diff is None:
            continue
        if diff.ends_bare:
            # such a diff is kept as it is: joined with others the mark of the missing newline would move
            whole.setdefault(finding.path, finding.fix if finding.fix.endswith("\n") else f"{finding.fix}\n")
        else:
            files.setdefault(finding.path, []).append(diff)
    parts = []
    for path in sorted({*files, *whole}):
        if path in whole:
            left_out = len(files.get(path, ()))
            text = whole[path]
        else:
            merged = merge(files[path])
            if merged is None:
                continue
            text, left_out = write_diff(merged[0]), merged[1]
        if left_out:
            parts.append(f"# {one_line(path)}: {left_out} more after this patch; lint again\n")
        parts.append(text)
    return "".join(parts)
