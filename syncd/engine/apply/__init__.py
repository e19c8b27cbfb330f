"""Step 7: carry out one action. Intent committed, then the call, then the outcome committed.

A step that dies anywhere in between leaves an open intent, or a world that differs from the database;
both are seen by the next look at the event, and neither leads to a second meeting.
"""
