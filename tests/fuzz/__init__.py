"""Bad input from everywhere: what providers, files and strangers may send, thrown at the real code.

`python -m tests.fuzz` looks for more of it with atheris; what was found stays in `found`.
"""
