"""Measuring answers against expected facts and sources. Imported by no module of the pipeline."""
