"""Assistants under test: this one, others over HTTP, any callable, stored answers."""
