"""How fast documents are indexed and questions answered on this machine: `make bench` prints a Markdown table.

Speed is measured here and never asserted in a test, because machines differ and share their cores.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import httpx2

from assistant.door_settings import Limits, Login
from assistant.evaluation.case_files import load_cases
from assistant.evaluation.reply import reply_from_json
from assistant.evaluation.report.page import report_page
from assistant.evaluation.results import CaseResult
from assistant.evaluation.runs import Circumstances, Run
from assistant.evaluation.scoring import score
from assistant.events import Turn
from assistant.privacy import force_offline_and_private
from assistant.settings import load_settings
from assistant.wiring import build_assistant, ingest
from tests.bench_page import in_browser
from tests.proxy import NGINX, Nginx
from tests.serving import serving
from ui.testing import FakeAssistant

CASES = Path(__file__).parent / "evals" / "questions.picum.jsonl"
SCORED = 1_000
"""Answers to the questions above, over and over: as many as a large suite has."""

BROWSED = 40
"""Questions that are asked in a browser."""


def timed(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def main() -> None:
    force_offline_and_private()
    models = load_settings().home / "models"
    with tempfile.TemporaryDirectory() as home:
        (Path(home) / "models").symlink_to(models, target_is_directory=True)
        # What is measured is there before a language model is asked.
        settings = load_settings({"PICUM_HOME": home, "PICUM_LLM": "none"})
        first = timed(lambda: ingest(settings, (), add=False, on_progress=lambda _: None))
        again = timed(lambda: ingest(settings, (), add=False, on_progress=lambda _: None))
        opened = timed(lambda: build_assistant(settings))
        assistant = build_assistant(settings)
        warm_up = timed(assistant.warm_up)
        cases = load_cases(CASES).cases
        answers = [
            assistant.answer(case.question, [Turn(role=turn.role, content=turn.content) for turn in case.history])
            for case in cases
        ]
        browsed = in_browser(assistant, [case.question for case in cases if not case.history][:BROWSED])
    evidence = sorted(answer.timings.evidence_ms for answer in answers)
    replies = [reply_from_json(answer.to_json()) for answer in answers]
    results = list[CaseResult]()
    scoring = timed(
        lambda: results.extend(score(cases[n % len(cases)], replies[n % len(cases)], id=str(n)) for n in range(SCORED))
    )
    pages = list[str]()
    writing = timed(lambda: pages.append(report_page([run_of(results)])))
    direct, proxied = first_events()
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"{os.cpu_count()} cores, load {load} (1, 5 and 15 minutes)\n")
    print("| what | figure |\n|---|---|")
    print(f"| index the shipped corpus, model load included | {first:.1f} s |")
    print(f"| index it again, nothing changed | {again:.2f} s |")
    print(f"| open the index | {opened:.2f} s |")
    print(f"| load the models for questions | {warm_up:.2f} s |")
    print(f"| time to evidence, median of {len(evidence)} questions | {statistics.median(evidence):.0f} ms |")
    print(f"| time to evidence, 95th percentile | {evidence[int(len(evidence) * 0.95)]:.0f} ms |")
    print(f"| score {SCORED:,} stored answers | {scoring:.1f} s |")
    print(f"| their report as a page, {len(pages[0].encode()) / 1e6:.1f} MB | {writing:.1f} s |")
    if browsed:
        print(f"| a cold page in a browser can be used | {browsed.usable:.2f} s |")
        middle = _middle(browsed.evidence)
        print(f"| from Enter to visible evidence, median of {len(browsed.evidence)} | {middle:.0f} ms |")
        ninety_fifth = browsed.evidence[int(len(browsed.evidence) * 0.95)]
        print(f"| from Enter to visible evidence, 95th percentile | {ninety_fifth * 1000:.0f} ms |")
        print(f"| layout shift while an answer grows, the worst | {browsed.jumped:.3f} |")
    if proxied:
        print(f"| first event of a streamed answer, median of {len(direct)}, direct | {_middle(direct):.0f} ms |")
        print(f"| the same through nginx with https | {_middle(proxied):.0f} ms |")


def first_events(times: int = 100) -> tuple[list[float], list[float]]:
    """Seconds from a question to the first event of its answer, of an assistant that answers at once: asked directly,
    and through the shipped nginx file. The latter is empty where there is no nginx.
    """
    limits = Limits(questions_per_minute=1e6, burst=10**6)
    settings = load_settings({"PICUM_LLM": "none"}).model_copy(update={"limits": limits, "login": Login(open=True)})
    with serving(FakeAssistant(), settings=settings) as address, tempfile.TemporaryDirectory() as folder:
        with httpx2.Client(base_url=address, trust_env=False) as client:
            direct = [first_event(client, "/api/v1/ask") for _ in range(times)]
        if NGINX is None:
            return direct, []
        port = int(address.rsplit(":", 1)[1])
        nginx = Nginx(Path(folder) / "nginx", "picum.conf", {7861: port, 7862: port}, path="/")
        try:
            with httpx2.Client(base_url=nginx.address, verify=nginx.trust, trust_env=False) as client:
                return direct, [first_event(client, "/api/v1/ask") for _ in range(times)]
        finally:
            nginx.close()


def first_event(client: httpx2.Client, path: str) -> float:
    began = time.perf_counter()
    with client.stream("POST", path, json={"question": "Who can join?", "stream": True}) as stream:
        next(line for line in stream.iter_lines() if line.startswith("event:"))
        return time.perf_counter() - began


def _middle(seconds: Sequence[float]) -> float:
    return statistics.median(seconds) * 1000


def run_of(results: Sequence[CaseResult]) -> Run:
    circumstances = Circumstances(
        target="assistant", case_files=(), measured=datetime.now().astimezone(), made_with={}, machine=None
    )
    return Run(name="bench", results=tuple(results), circumstances=circumstances)


if __name__ == "__main__":
    main()
