"""The doors to the assistant: command line, web page; none imports another."""
