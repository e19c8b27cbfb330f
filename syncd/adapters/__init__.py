"""The world outside: one folder per provider, and the transport, clock and notifier they stand on.

MUST: implement ports, and turn every foreign answer and silence into the errors of ports.
MUST NOT: know one another, the engine, the store or the config.
"""
