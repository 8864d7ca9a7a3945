"""Another parser's opinion of what is about to be written.

The engine reads with ``ast`` and a scanner of its own. LibCST shares no code with either: a text that it reads back to
the character, with the same comments, is Python whose comments are where the scanner thinks they are.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from greenrules.engine.source import Source


def objection(before: Source, text: str) -> str | None:
    """Why LibCST would not have a rewritten text written, or None; it says nothing where it cannot read the original.

    Meant for the text that is finally written: reading it takes about as long as everything else together.

    Args:
        before: the script the text was made of.
        text: the rewritten text.
    """
    # of lines that hold a form feed LibCST does not always give back what it read
    old = comments_read(before.text) if "\f" not in text else None
    if old is None:
        return None
    new = comments_read(text)
    if new is None:
        return "LibCST cannot read the result"
    if old != Counter(comment for _, comment in before.comments):
        return None  # the two disagree about the original already
    if new != Counter(comment for _, comment in before.with_text(text).comments):
        return "LibCST finds other comments in the result"
    if lost := old - new:
        return f"LibCST does not find the comment {min(lost)!r} in the result"
    return None


@lru_cache(maxsize=2)
def comments_read(text: str) -> Counter[str] | None:
    """The comments of a text as LibCST reads it; None when it cannot, or does not give back what it read."""
    # Imported here: it takes an eighth of a second, and only what writes a script needs it.
    import libcst

    try:
        module = libcst.parse_module(text)
        if module.code != text:
            return None
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:
        # A panic of its native parser is no Exception.
        return None
    if "#" not in text:
        return Counter()
    found: list[str] = []
    stack: list[object] = [module]
    while stack:
        node = stack.pop()
        if isinstance(node, libcst.Comment):
            found.append(node.value)
        elif isinstance(node, libcst.CSTNode):
            stack += [getattr(node, name) for name in node.__dataclass_fields__]
        elif isinstance(node, list | tuple):
            stack += node
    return Counter(found)
