"""Take out the characters that are invisible by design, before any offset is counted.

They split words for search, and they can carry text that a person who reads the page never sees.
"""

from __future__ import annotations

import re
import unicodedata

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x85\u2028\u2029]")

# Never visible and never needed: control characters, joiners between words, fillers, invisible operators, the byte
# order mark, tags (a hidden alphabet: the flags of England, Scotland and Wales fall back to a black flag), deprecated
# format characters, unassigned code points that Unicode reserves for invisible use, lone surrogates and noncharacters.
# Overrides (202D, 202E) show letters in another order than they are read, which no script needs.
_ALWAYS = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u202d\u202e\u2060-\u2065"
    "\u206a-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
)

# Needed in some company and not in other: soft hyphen, joiners, marks of direction, variation selectors.
_SOMETIMES = re.compile("[\xad\u061c\u200c-\u200f\u202a-\u202c\u2066-\u2069\ufe00-\ufe0f\U000e0100-\U000e01ef]")

_SOFT_HYPHEN, _NON_JOINER, _JOINER = "\xad", "\u200c", "\u200d"
_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069")

# Blocks whose letters change shape or meaning at a (non-)joiner: Arabic to NKo and their extensions, the Indic scripts,
# Myanmar, Khmer, Mongolian, the presentation forms of Arabic, Hanifi Rohingya, the later Brahmic scripts, Adlam.
_JOINING_SCRIPTS = (
    (0x0600, 0x08FF),
    (0x0900, 0x0DFF),
    (0x1000, 0x109F),
    (0x1780, 0x18AF),
    (0xFB50, 0xFDFF),
    (0xFE70, 0xFEFC),
    (0x10D00, 0x10D3F),
    (0x11000, 0x11FFF),
    (0x1E900, 0x1E95F),
)
_VIRAMA = 9  # the canonical combining class of viramas


def drop_invisible(text: str) -> tuple[str, int]:
    r"""Return the text without invisible characters and the number of characters dropped.

    Every line end (CRLF, CR, vertical tab, NEL, U+2028, U+2029) becomes ``\n``, which is not counted; tabs and form
    feeds stay. A soft hyphen is only a hint where a word may be broken, so it goes; at the end of a line a reader sees
    it, and it becomes a hyphen. Joiners stay between letters of scripts that need them and in emoji, marks of direction
    stay in lines with right-to-left letters, one variation selector stays on a visible character. Doing it twice
    changes nothing more.
    """
    text = _LINE_ENDS.sub("\n", text)
    length = len(text)
    text = _ALWAYS.sub("", text)
    if _SOMETIMES.search(text) is None:
        return text, length - len(text)
    *lines, final = text.split("\n")
    text = "\n".join([*(_judged(line, last=False) for line in lines), _judged(final, last=True)])
    return text, length - len(text)


def _judged(line: str, *, last: bool) -> str:
    """One line without the characters of ``_SOMETIMES`` that are not needed where they stand."""
    if _SOMETIMES.search(line) is None:
        return line
    # The marks of direction count as right-to-left themselves.
    letters = _SOMETIMES.sub("", line)
    right_to_left = any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in letters)
    kept: list[str] = []
    for position, character in enumerate(line):
        before = kept[-1] if kept else ""
        after = line[position + 1 : position + 2]
        if _SOMETIMES.match(character) is None:
            kept.append(character)
        elif character == _SOFT_HYPHEN:
            if not after and not last:
                kept.append("-")
        elif character in _DIRECTION:
            if right_to_left:
                kept.append(character)
        elif character in (_JOINER, _NON_JOINER):
            if _joins_letters(before, after) or (character == _JOINER and _joins_emoji(before, after)):
                kept.append(character)
        elif _can_vary(before, character):
            kept.append(character)
    return "".join(kept)


def _in_joining_script(character: str) -> bool:
    return any(first <= ord(character) <= final for first, final in _JOINING_SCRIPTS)


def _joins_letters(before: str, after: str) -> bool:
    if not before or not _in_joining_script(before):
        return False
    # After a virama the joiner shapes the letter before it, also at the end of a word.
    if unicodedata.combining(before) == _VIRAMA:
        return True
    return bool(after) and _in_joining_script(after)


def _joins_emoji(before: str, after: str) -> bool:
    if not before or not after:
        return False
    # Sk: skin tones; Mn: the selector that asks for the emoji form. Arrows in emoji are Sm.
    return unicodedata.category(after) in ("So", "Sm") and (
        unicodedata.category(before) in ("So", "Sk") or before == "\ufe0f"
    )


def _can_vary(before: str, selector: str) -> bool:
    if not before or before.isspace() or _SOMETIMES.match(before):
        return False
    # The supplement holds variants of ideographs alone; elsewhere it is a place to hide bytes.
    return selector <= "\ufe0f" or unicodedata.name(before, "").startswith("CJK")
