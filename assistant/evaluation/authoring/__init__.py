"""Writing cases: proposals from documents for a person to accept, and cases that no longer fit their documents."""
