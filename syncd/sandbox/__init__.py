"""Local stand-ins for the three providers over HTTPS, for demos and tests.

MUST: `fakes/` knows the providers only, and judges the daemon from outside.
MUST NOT: anything in `fakes/` import another part of syncd.
"""
