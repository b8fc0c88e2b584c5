"""One module per file format; ``registry`` imports the one that a file needs when it needs it."""
