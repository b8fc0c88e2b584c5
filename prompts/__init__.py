"""Every fixed text that the assistant says or gives to a language model, as files with $variables."""
