"""The rules of syncd, pure: what an event wants, what it should say, what is to be done about it.

MUST: be total functions over frozen data; say the reason beside every answer.
MUST NOT: do I/O, read a clock, draw randomness, log, or import a third party or another part of syncd.
"""
