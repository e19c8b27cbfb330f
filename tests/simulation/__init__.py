"""The whole daemon and the sandbox in one loop on virtual time, with seeded faults at every effect."""
