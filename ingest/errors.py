"""Errors of reading documents.

IngestError
├── CorpusError          the corpus folder or a path given is missing or holds no document
├── MetadataError        documents.yaml or a file beside a document: what is wrong, in which line
└── UnreadableFile       one file; a run goes on without it
"""

from __future__ import annotations


class IngestError(Exception):
    """Something that the person who keeps the documents can mend. The message is one sentence and says what to do."""


class CorpusError(IngestError):
    """The corpus cannot be read at all."""


class MetadataError(IngestError):
    """Metadata are wrong; the message begins with ``path:line:``."""


class UnreadableFile(IngestError):
    """One file gives no text; the message names it and the reason."""
