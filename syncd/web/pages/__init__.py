"""One module per page: what the browser asks for in, one answer of the door shown."""
