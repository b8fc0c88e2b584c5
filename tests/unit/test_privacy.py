from __future__ import annotations

import subprocess
import sys

from assistant.privacy import SWITCHES, force_offline_and_private


def test_switches_are_forced_over_what_was_set() -> None:
    environ = {"LANGSMITH_TRACING": "true", "HF_HUB_OFFLINE": "0", "PATH": "/bin"}
    force_offline_and_private(environ)
    assert environ == {"PATH": "/bin", **SWITCHES}


def test_the_libraries_themselves_see_everything_off() -> None:
    program = """
import os
os.environ.update(LANGSMITH_TRACING="true", LANGCHAIN_TRACING_V2="true", LANGSMITH_API_KEY="key", HF_HUB_OFFLINE="0",
                  FASTAPI_OTEL_AUTO_CONFIGURE="true", OTEL_SDK_DISABLED="false")
from assistant.privacy import force_offline_and_private
force_offline_and_private()
from langsmith.utils import tracing_is_enabled
from huggingface_hub import constants
from gradio.analytics import analytics_enabled
from chromadb.config import Settings
from fastapi import FastAPI
from opentelemetry.sdk.trace import TracerProvider
print(tracing_is_enabled(), constants.is_offline_mode(), constants.HF_HUB_DISABLE_TELEMETRY, analytics_enabled(),
      Settings().anonymized_telemetry, FastAPI()._telemetry["auto_configure"],
      TracerProvider().get_tracer("any").start_span("any").is_recording())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True", "True", "False", "False", "False", "False"]
