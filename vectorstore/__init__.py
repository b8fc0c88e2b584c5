"""The index of a corpus: vectors, keywords and texts of one verified generation."""
