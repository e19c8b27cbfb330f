"""What the engine asks of the world: protocols, plain data, and errors named by what happens next.

MUST: say in words what an implementation promises; every port has one conformance suite.
MUST NOT: import anything but core, or any third party.
"""
