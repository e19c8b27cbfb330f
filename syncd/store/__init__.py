"""The database: what the engine remembers, committed in short transactions, secrets sealed.

MUST: implement `syncd.ports.store`; translate every fault of the database into StoreError at one
place; keep tables, statements and SQL to itself.
MUST NOT: know the engine, the adapters or the config; keep contents of events beyond the port's fields.
"""
