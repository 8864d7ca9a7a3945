"""The verbs, one module each: they tie the rooms together and own no algorithm of their own."""
