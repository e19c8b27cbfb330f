"""One script per change of the schema; a released script is never edited."""
