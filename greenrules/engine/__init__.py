"""The rule language: reading scripts and rules, matching, conditions, rewriting. Text in, text and findings out.

Nothing here touches the file system, the clock or a process, and no library is named: what is known of libraries comes
from rule packs.
"""
