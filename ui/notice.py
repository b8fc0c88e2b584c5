"""What everybody who asks must know, in the same words at every door."""

NOTICE = (
    "This is an AI assistant, not a person. It can be wrong: check the sources. "
    "It gives no legal advice. Questions are not stored."
)
