"""Doc."""

slow(1)
