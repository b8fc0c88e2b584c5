"""The Model Context Protocol: the documents as tools for other assistants, over HTTP and over standard streams."""
