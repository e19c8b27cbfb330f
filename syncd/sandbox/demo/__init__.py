"""The demonstration: four people, two calendars, one daemon, and nothing but this machine.

MUST: act as people do, through the providers' ordinary APIs, and show what those APIs show.
MUST NOT: look into the daemon or its database to tell the story.
"""
