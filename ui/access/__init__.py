"""Who asks, and what they may see and do: ``gate`` stands in front of every door."""
