"""Files that are replaced whole: who reads one meanwhile, and who had one there before, has a whole one."""

from __future__ import annotations

import secrets
from contextlib import suppress
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, in the place of one that may be there; its folder has to be there. It is as readable as any other
    new file. Raises OSError, and then everything is as it was.
    """
    # Of a length of its own, because the name of the file may be as long as the system takes.
    new = path.with_name(f".{secrets.token_hex(8)}.new")
    try:
        with new.open("xb") as file:
            file.write(content)
        new.replace(path)
    except BaseException:
        with suppress(OSError):
            new.unlink()
        raise
