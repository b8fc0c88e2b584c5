"""The optional judge: a language model whose verdicts on answers are stored, and checked against those of people."""
