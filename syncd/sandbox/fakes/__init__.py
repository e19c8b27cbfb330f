"""Strict, stateful stand-ins of Google Calendar, Microsoft Graph and Zoom.

MUST: refuse what the provider would refuse, and keep state as the provider keeps it.
MUST NOT: import anything of syncd outside this folder: a witness may not share the daemon's mistakes.
"""
