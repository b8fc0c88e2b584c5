"""The settings file, changed by a command: what people wrote in it stays as it is, and it always loads."""

from __future__ import annotations

import os
import tempfile
import tomllib
from collections.abc import Callable
from pathlib import Path

import tomlkit
from filelock import FileLock
from tomlkit.exceptions import TOMLKitError

from assistant.errors import SettingsError
from assistant.settings import settings_from

_OWNER_ONLY = 0o600


def change_settings(file: Path, change: Callable[[tomlkit.TOMLDocument], None]) -> None:
    """Change the settings file, which need not be there yet; comments and order stay.

    It is written whole, with the permissions that it had, or for its owner alone. Raises SettingsError, with the
    sentences of ``load_settings``, for what would not load; the file is then as it was.
    """
    file = file.resolve()
    file.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(file.with_name(f".{file.name}.lock")):
        try:
            before = file.read_bytes().decode("utf-8") if file.exists() else ""
            content = tomlkit.parse(before)
            change(content)
            after = tomlkit.dumps(content)
            tomllib.loads(after)
        except (OSError, UnicodeDecodeError, TOMLKitError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(
                f"The settings file {file} cannot be changed ({type(error).__name__}: {error}); edit it by hand."
            ) from error
        settings_from(after, file)
        _write(file, after)


def _write(file: Path, text: str) -> None:
    mode = file.stat().st_mode & 0o777 if file.exists() else _OWNER_ONLY
    with tempfile.NamedTemporaryFile("wb", dir=file.parent, delete=False) as new:
        try:
            new.write(text.encode("utf-8"))
            new.flush()
            os.fsync(new.fileno())
            Path(new.name).chmod(mode)
            Path(new.name).replace(file)
        except BaseException:
            Path(new.name).unlink(missing_ok=True)
            raise
