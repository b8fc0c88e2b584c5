"""Zip files, as Word, OpenDocument and EPUB files are: looked over before anything is unpacked.

What their directory says is checked, and held against what is really unpacked: sizes in it can lie.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from pathlib import Path

from ingest.errors import UnreadableFile

MOST_ENTRIES = 2_000
LARGEST_UNPACKED = 200_000_000
"""Bytes of all entries together."""
HIGHEST_RATIO = 100
"""Unpacked to packed size; office files pack to a tenth, and a sentence said a million times to a thousandth."""
_ANY_RATIO = 1_000_000
"""Bytes; an entry that unpacks to less may be packed as tightly as it likes."""

DAMAGE = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, KeyError, NotImplementedError, OSError, OverflowError,
    ValueError,
)  # fmt: skip
"""What ``Archive`` raises where the bytes are no zip file, or a damaged one."""

_SIGNATURE = b"PK\x03\x04"
_ENTRY = b"PK\x01\x02"
_LOCAL = struct.Struct("<4s5H3L2H")
"""The fixed head of an entry; its last fields are the lengths of the name and of what is added to it."""
_ENCRYPTED = 0x1
_OUTSIDE = re.compile(r"[/\\]|[A-Za-z]:|(?:.*[/\\])?\.\.(?:[/\\].*)?$", re.DOTALL)


class Archive:
    """The entries of a zip file that passed the checks; nothing is unpacked until it is asked for."""

    def __init__(self, data: bytes, path: Path) -> None:
        """Check the directory; UnreadableFile says what is wrong with it, DAMAGE that there is none to be read."""
        self._data = data
        self._path = path
        # Each entry of a directory begins with this, so the directory has no more entries whatever it says.
        if data.count(_ENTRY) > MOST_ENTRIES:
            raise self._refused(f"holds more than {MOST_ENTRIES:,} files")
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            entries = file.infolist()
            directory = file.start_dir
        self._entries = {entry.orig_filename: entry for entry in entries}
        if len(self._entries) < len(entries):
            raise self._refused("holds two files of the same name")
        for entry in entries:
            self._check(entry)
        if sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
            raise self._refused(f"unpacks to more than {LARGEST_UNPACKED // 1_000_000} MB")
        self._starts = self._laid_out(directory)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the entries, in the order of the directory."""
        return tuple(self._entries)

    def read(self, name: str) -> bytes:
        """The text of a document under this name; UnreadableFile where an archive lies there, else as ``unpack``."""
        content = self.unpack(name)
        if content.startswith(_SIGNATURE):
            raise self._refused("holds another archive where its text should be")
        return content

    def unpack(self, name: str) -> bytes:
        """One entry; KeyError where there is none, UnreadableFile where it holds more than it says."""
        entry = self._entries[name]
        start = self._starts[name]
        content = self._data[start : start + entry.compress_size]
        if entry.compress_type == zipfile.ZIP_DEFLATED:
            content = zlib.decompressobj(-zlib.MAX_WBITS).decompress(content, entry.file_size + 1)
        if len(content) > entry.file_size:
            raise self._refused("holds more than its directory says")
        if len(content) < entry.file_size or zlib.crc32(content) != entry.CRC:
            raise zipfile.BadZipFile(f"{name} is damaged")
        return content

    def _check(self, entry: zipfile.ZipInfo) -> None:
        name = entry.orig_filename
        if _OUTSIDE.match(name) or "\x00" in name:
            raise self._refused("holds a file whose name leads out of it")
        if entry.flag_bits & _ENCRYPTED:
            raise UnreadableFile(f"{self._path} is locked with a password; save it without one.")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise self._refused("is packed by a method that is not read")
        if entry.file_size > max(_ANY_RATIO, HIGHEST_RATIO * entry.compress_size):
            raise self._refused(f"holds a file that unpacks to more than {HIGHEST_RATIO} times its size")

    def _laid_out(self, directory: int) -> dict[str, int]:
        """Where the packed bytes of each entry begin; each ends before the next one and before the directory."""
        starts = {}
        free = 0
        for name, entry in sorted(self._entries.items(), key=lambda item: item[1].header_offset):
            signature, *_, name_length, extra_length = _LOCAL.unpack_from(self._data, entry.header_offset)
            if signature != _SIGNATURE:
                raise zipfile.BadZipFile(f"{name} is not where the directory says")
            starts[name] = entry.header_offset + _LOCAL.size + name_length + extra_length
            if entry.header_offset < free:
                raise self._refused("holds files that share the same bytes")
            free = starts[name] + entry.compress_size
        if free > directory:
            raise self._refused("holds files that share the same bytes")
        return starts

    def _refused(self, what: str) -> UnreadableFile:
        return UnreadableFile(f"{self._path} {what}; save it again with the program that made it, or as PDF.")
