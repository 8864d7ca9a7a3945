"""``python -m greenrules``."""

from greenrules.cli.main import main

main()
