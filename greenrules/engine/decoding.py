"""From the bytes of a script to its text and back: byte order marks and encoding declarations (PEP 263)."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from greenrules.errors import Position, SourceError

_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"^[ \t\f]*(?:#.*)?$")
_NEWLINE = re.compile(rb"\r\n|\r|\n")
_WIDE = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_REMEDY = "save the file as UTF-8"


class Decoded(NamedTuple):
    """The text of a file without its byte order mark, and what is needed to write it back."""

    text: str
    encoding: str
    bom: bool


def decode(path: str, data: bytes) -> Decoded:
    """The text of a script, by its byte order mark, its declaration in the first two lines, or as UTF-8.

    Raises:
        SourceError: UTF-16 or UTF-32, an unknown or contradictory declaration, bytes that are not of the encoding,
            a null byte.
    """
    for mark, name in _WIDE:
        if data.startswith(mark):
            reason = f"the file is {name}, which Python does not read"
            raise SourceError(reason, position=Position(path), remedy=_REMEDY)
    bom = data.startswith(codecs.BOM_UTF8)
    body = data[len(codecs.BOM_UTF8) :] if bom else data
    if body.isascii() and b"coding" not in body[:400]:
        text, encoding = body.decode("ascii"), "utf-8"
    else:
        encoding = _declared(path, body, bom)
        text = _decode(path, body, encoding)
    if (at := text.find("\0")) >= 0:
        raise SourceError("the file holds a null byte", position=place(path, text, at), remedy="remove the null byte")
    return Decoded(text, encoding, bom)


def encode(path: str, decoded: Decoded, data: bytes, new_text: str) -> bytes:
    """The bytes of a changed text in the file's own encoding; ``data`` are the bytes it was decoded from.

    Raises:
        SourceError: the encoding lacks a character, or would not give back the unchanged part byte for byte.
    """
    if new_text == decoded.text:
        return data
    mark = codecs.BOM_UTF8 if decoded.bom else b""
    try:
        if mark + decoded.text.encode(decoded.encoding) != data:
            raise SourceError(
                f"encoding {decoded.encoding} cannot be written back byte for byte",
                position=Position(path),
                remedy=_REMEDY,
            )
        return mark + new_text.encode(decoded.encoding)
    except UnicodeEncodeError as error:
        raise SourceError(
            f"encoding {decoded.encoding} has no character {error.object[error.start]!r}",
            position=Position(path),
            remedy=_REMEDY,
        ) from error


def place(path: str, text: str, offset: int, length: int = 1) -> Position:
    """The position of a character offset, with its line for the caret."""
    before = re.split(r"\r\n|\r|\n", text[:offset])
    start = offset - len(before[-1])
    line = re.compile(r"[^\r\n]*").match(text, start)
    return Position(path, len(before), len(before[-1]) + 1, line.group() if line else None, length)


def _declared(path: str, body: bytes, bom: bool) -> str:
    lines = _NEWLINE.split(body[:4096], maxsplit=2)
    for number, line in enumerate(lines[:2], start=1):
        if found := _COOKIE.match(line):
            return _codec(path, found, number, line, bom)
        if not _BLANK.match(line):
            break
    return "utf-8"


def _codec(path: str, found: re.Match[bytes], number: int, line: bytes, bom: bool) -> str:
    name = found.group(1).decode("ascii", "replace")
    text = line.decode("utf-8", "replace")
    position = Position(path, number, found.start(1) + 1, text, len(name))
    # As Python does: every spelling of these two means the codec of the same name.
    plain = name[:12].lower().replace("_", "-")
    if plain == "utf-8" or plain.startswith("utf-8-"):
        return "utf-8"
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError) as error:
        raise SourceError(f"unknown encoding {name!r}", position=position, remedy=_REMEDY) from error
    if bom:
        raise SourceError(f"a UTF-8 byte order mark, yet encoding {name!r} is declared", position=position)
    if not getattr(info, "_is_text_encoding", True) or info.name.startswith(("utf-16", "utf-32")):
        raise SourceError(f"encoding {name!r} is not one for Python source", position=position, remedy=_REMEDY)
    return info.name


def _decode(path: str, body: bytes, encoding: str) -> str:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        valid = body[: error.start].decode(encoding, "replace")
        line = re.split(r"\r\n|\r|\n", valid)[-1]
        rest = _NEWLINE.split(body[error.start :], maxsplit=1)[0].decode(encoding, "replace")
        position = Position(path, len(_NEWLINE.split(body[: error.start])), len(line) + 1, line + rest)
        raise SourceError(
            f"byte 0x{body[error.start]:02x} is not {encoding}",
            position=position,
            remedy="save the file as UTF-8, or declare its encoding in the first line: # -*- coding: … -*-",
        ) from error
    except (UnicodeError, ValueError, LookupError) as error:
        raise SourceError(f"the file is not {encoding}: {error}", position=Position(path), remedy=_REMEDY) from error
