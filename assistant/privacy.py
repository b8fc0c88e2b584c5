"""Nothing leaves the machine: the switches of third-party libraries that would send or fetch something, all off.

The libraries read these variables when they are imported, so a program calls ``force_offline_and_private`` first.
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from types import MappingProxyType

SWITCHES = MappingProxyType(
    {
        # LangChain sends every step of a run to LangSmith when one of these is true and a key is found.
        "LANGSMITH_TRACING": "false",
        "LANGSMITH_TRACING_V2": "false",
        "LANGCHAIN_TRACING": "false",
        "LANGCHAIN_TRACING_V2": "false",
        # LangChain sends the questions themselves, by way of LangSmith, to providers that were set without an address.
        "LANGSMITH_GATEWAY": "false",
        # Gradio reports starts and looks for a newer version.
        "GRADIO_ANALYTICS_ENABLED": "False",
        # FastAPI sends what it knows of each request to a collector that other variables name; so may whatever else is
        # built on OpenTelemetry.
        "FASTAPI_OTEL_AUTO_CONFIGURE": "false",
        "OTEL_SDK_DISABLED": "true",
        # Hugging Face libraries ask the hub for newer files of a model that is already on disk.
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        # Chroma.
        "ANONYMIZED_TELEMETRY": "False",
        "DO_NOT_TRACK": "1",
    }
)


def force_offline_and_private(environ: MutableMapping[str, str] = os.environ) -> None:
    """Switch off tracing, telemetry and model hubs, whatever the environment said before.

    Forced and not only defaulted: a variable left over from another project must not send questions away.
    """
    environ.update(SWITCHES)
