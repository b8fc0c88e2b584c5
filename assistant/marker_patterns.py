"""The patterns of markers: brackets of every kind, raised numbers, and numbers behind what evidence is called.

All repetitions are bounded, so that looking for a marker takes linear time.
"""

from __future__ import annotations

import re

_NAMES = (
    "sentences? sources? evidence passages? citations? quotes? excerpts? s[aä]tze? satz quellen? belege? phrases?"
    " extraits? frases? fuentes? citas? frasi fonti fontes? zin(?:nen)? bron(?:nen)? zdani[aeu]m? [zź]r[oó]d[lł][aeo]"
)
NAME = rf"(?:{'|'.join(_NAMES.split())})"
"""What evidence is called. Only such a word makes a bare number a marker."""
ALSO = frozenset(
    [
        "see",
        "cf",
        "ref",
        "refs",
        "reference",
        "references",
        "document",
        "documents",
        "doc",
        "docs",
        "item",
        "items",
        "no",
        "nr",
        "n",
        "e",
        "s",
        "voir",
        "siehe",
        "vgl",
        "vease",
        "vedi",
        "zie",
        "ver",
        "zob",
        "note",
        "and",
        "to",
        "und",
        "bis",
        "et",
        "a",
        "y",
        "i",
        "en",
        "tot",
        "do",
        "p",
        "pp",
        "page",
    ]
)
"""What may stand beside the numbers inside brackets besides such a word."""
_BETWEEN = r"(?:\s*(?:[,;/&+–—‑-]|\b(?:and|to|und|bis|et|à|y|e|i|en|tot|do)\b)\s*|\s*)"
_COUNTS = r"\d{1,3}(?:\s*(?:[,;&–—‑-]|\b(?:and|to|und|bis|et|à|y|e|i|en|tot|do)\b)\s*\d{1,3}(?!\d)){0,9}"
_BEHIND_A_WORD = r"(?:(?<=[^\W\d_][^\W\d_])|(?<=[.,;:!?\"”»’\])])|(?<=[^\W\d_]{2}\s))"
ATOM = re.compile(
    rf"""
    (?P<square> (?<!\\) [\[【⟦〔［{{]{{1,3}} [^\[\]【】⟦⟧〔〕［］{{}}\n]{{1,60}} [\]】⟧〕］}}]{{1,3}}
        (?: \( [^()\s]{{0,200}} \) )? )
    | (?P<round> (?<![\w)\]]) \( (?: [^()\n] ){{1,80}} \) )
    | (?P<named> \b {NAME} \s? (?: (?:no|nr)\. \s? | \# | : \s? )? {_COUNTS} (?! \d | [.,:/]\d | \s?% ) )
    | (?P<raised> {_BEHIND_A_WORD}
        (?: \^ [\[(]? \d{{1,3}} (?: ,\s? \d{{1,3}} ){{0,9}} [\])]? \^? (?!\d)
          | (?<! [\s\d(][mck]m ) [⁰¹²³⁴⁵⁶⁷⁸⁹]+ (?: [,˒\s] [⁰¹²³⁴⁵⁶⁷⁸⁹]+ ){{0,9}} ) )
    """,
    re.VERBOSE | re.IGNORECASE,
)
SEPARATOR = re.compile(_BETWEEN, re.IGNORECASE)
DASH = re.compile(r"\s*[–—‑-]\s*")
NAME_BEFORE = re.compile(rf"\b{NAME}[\s:#]*$", re.IGNORECASE)
CITING = re.compile(
    r"""
    ,? \s* \b
    (?: (?:as\s)? (?:stated|mentioned|noted|described|shown|seen|said) \s (?:in|by)
      | according \s to | based \s on | from | see | selon | d['’]après | laut | gemäß | según | secondo | volgens
      | segundo | według )
    (?: \s (?:the|la|le|il|o|a|de|het|dem|der) )? \s* $
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Words that lead up to a named marker and go with it: "according to", when "source 3" is taken out behind it."""
SAYING = re.compile(r"\s+(?:states?|says?|mentions?|notes?|shows?|explains?|indicates?)\s+that\b", re.IGNORECASE)
INSIDE = re.compile(r"[^\W\d_]+|\d+|[^\w\s]")
SIGNS = frozenset(",;/&+–—‑-^#:.†")
ENDS = re.compile(r"\s*(?:[.,;:!?\"”»)]|\(\s*\d|$)")
LOOSE = re.compile(r"†.*|,?\s*\b(?:pp?|page)\b\.?\s*\d+(?:[–-]\d+)?", re.IGNORECASE)
STEP = re.compile(r"(\d+)\s*(?:[–—‑-]|to|bis|à)\s*(\d+)|(\d+)")
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")

UNFINISHED = re.compile(
    rf"""
    (?: [\[【⟦〔［{{(^] [^\n\]】⟧〕］}})]{{0,80}} | \]\([^\s)]{{0,200}} | [⁰¹²³⁴⁵⁶⁷⁸⁹]+ | \^ | \b{NAME} [\s:#.\d]* ) $
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""The end of a text that may turn out to be a marker when more of it comes."""
