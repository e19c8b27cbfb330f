"""syncd: marked calendar events get their Zoom links, and keep them in step."""

__version__ = "0.1.0"
