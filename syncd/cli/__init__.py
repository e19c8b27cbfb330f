"""The command line: arguments in, one service called, text or JSON out.

MUST: leave every decision to services; end with the exit codes of `errors`.
MUST NOT: import engine, adapters or store, or another command; import slowly at the top of a module.
"""
