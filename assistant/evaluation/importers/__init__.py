"""Questions that others have written down, as cases: each module reads one form of them."""
