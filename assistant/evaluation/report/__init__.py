"""Reports of runs: a page, Markdown, JSON and JSON Lines. ``writing`` writes them, ``reading`` reads them back."""
