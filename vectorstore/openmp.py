"""How the threads of the embedding engines wait for each other."""

from __future__ import annotations

import os


def wait_asleep() -> None:
    """Has threads of OpenMP sleep while they wait. To be called before a library that brings OpenMP is loaded.

    By default they spin, which takes the core that the thread they wait for needs as soon as anything else runs. With
    two cores and a language model at work, a question of multilingual-e5-small took 1,600 ms (median of 30) and takes
    24 ms so; on an idle machine there is no difference. What somebody has set already stays.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
