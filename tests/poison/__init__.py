"""What goes wrong for one event, calendar or account, and how long the others wait for it."""
