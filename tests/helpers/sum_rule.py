"""A rule that any script without libraries can be written for."""

SUM_RULE = """\
rules:
  - id: sum-of-range
    tactic: vectorized-merging
    summary: Add numbers by the formula
    level: exact
    match: |
      $S = 0
      for $I in range($N):
          $S += $I
    rewrite: $S = $N * ($N - 1) // 2
"""
