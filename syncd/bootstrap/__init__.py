"""The composition root: a configuration becomes a running application, and nothing else builds one.

MUST: be the only place that knows config, store and adapters at once.
MUST NOT: decide anything about events.
"""
