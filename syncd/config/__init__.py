"""What the administrator wrote: YAML in, one frozen configuration out.

MUST: refuse a bad file as a whole, with every problem at its line and column and what to
write instead; never show a secret. MUST NOT: know anything else of syncd, or reach the network.
Read by the composition root and the command line alone.
"""
