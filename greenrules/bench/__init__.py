"""Run variants of a script fairly: environment, working copy, sandbox, worker, journal."""
