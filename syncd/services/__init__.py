"""What a person can ask for: the only door of the command line, and later of the page.

MUST: give plain data that can be shown or turned into JSON as it is.
MUST NOT: import one another, or anything above the engine.
"""
