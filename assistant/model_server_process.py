"""The process in which a language model of this machine runs: llama.cpp's server, by ``python -m``.

Its standard input gives it one line, the key that requests must carry, and then nothing: when the input ends, because
the parent closed it or is no more, the process ends. On standard output it says one line of JSON: ``{"url": …}`` when
it serves, ``{"error": …}`` when it cannot.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from argparse import ArgumentParser, Namespace

import xllamacpp

_ERRORS_ONLY = 1
_CACHE_MEBIBYTES = 512
"""Memory for the beginnings of prompts that were read before, besides the last one. Ours are few and short."""


def main(arguments: list[str]) -> int:
    """Serve until standard input ends."""
    # Ctrl-C reaches every process of a terminal; it is for the parent to end this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parser = ArgumentParser()
    parser.add_argument("model")
    for name in ("--threads", "--context", "--slots", "--port"):
        parser.add_argument(name, type=int, required=True)
    options = parser.parse_args(arguments)
    key = sys.stdin.readline().strip()
    # Not in the main thread: the parent may end while the model is being loaded.
    watch = threading.Thread(target=_end_with_the_input, daemon=True)
    watch.start()
    try:
        server = xllamacpp.Server(_parameters(options, key))
    except RuntimeError as error:
        _say({"error": str(error)})
        return 1
    _say({"url": server.listening_address})
    watch.join()
    return 0


def _parameters(options: Namespace, key: str) -> xllamacpp.CommonParams:
    parameters = xllamacpp.CommonParams()
    parameters.model.path = options.model
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = options.port  # 0 is any free one
    parameters.n_ctx = options.context
    parameters.n_parallel = options.slots
    # Threads that wait for each other stand still whenever another program has one of the cores, and the assistant is
    # such a program. So one core is left free while it writes: with two cores, 12 to 18 tokens a second in any case,
    # against 28 on an idle machine and 2 to 5 on a busy one. And threads wait asleep.
    parameters.cpuparams.n_threads = max(1, options.threads - 1)
    parameters.cpuparams_batch.n_threads = options.threads
    parameters.cpuparams.poll = parameters.cpuparams_batch.poll = 0
    parameters.cache_prompt = True
    parameters.cache_ram_mib = _CACHE_MEBIBYTES
    # Another user of this machine, or a web page in a browser on it, could else ask the model and read others' prompts.
    parameters.api_keys = [key]
    parameters.cors_origins = "null"
    parameters.cors_credentials = False
    parameters.endpoint_slots = parameters.endpoint_props = parameters.endpoint_metrics = False
    parameters.ui = False
    parameters.offline = True
    parameters.verbosity = _ERRORS_ONLY
    return parameters


def _end_with_the_input() -> None:
    while sys.stdin.buffer.read(1):
        pass
    # Not sys.exit: the server's own threads would be waited for, and may be in the middle of an answer.
    os._exit(0)


def _say(message: dict[str, str]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
