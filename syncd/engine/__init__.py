"""The life of one event, in the order it happens. Each step is the file of its name.

    0 hint       something may have changed: the calendar's row becomes due; nothing acts on a hint
    1 claim      `worker`    takes the lease of a due calendar, with a new epoch
    2 pull       `pull`      reads what changed; events that matter become due; the cursor moves: one commit
    3 observe    `observe`   the event, its binding, its meeting as they are now
    4 recover    `recover`   an intent without outcome: find by marker, adopt or close it
    5 decide     core        should there be a link, and why
    6 plan       core        the ordered actions, each with its reason
    7 apply      `apply`     the first action: commit intent, call, commit outcome; then plan again

`reconcile` strings 3 to 7 together for one event; `schedule` and `daemon` keep it all running.
Beside the way stand

    observe   `family`      a series and its occurrences   `colleagues`  who else may start the meeting
    apply     `hosts`       who of a pool is free          `guard`       no removals in mass
    after     `trouble`     what an error means            `after`       when to look again
              `reasons`     the reason in the event
    at times  `sweep`       what people did to meetings at Zoom, which no change of an event tells
              `far`         what is too far ahead for a read of changes
              `upkeep`      what is learned and forgotten  `ongoing`     series that outlive what is known
    asked     `find`        the event that a person names
              `planned`     what would be written        `approved`    carries out what a person approved

and below them all `lease`, `events`, `deps` and `tenures`.

MUST: reach the world through ports only, and commit under the lease (`lease`).
MUST NOT: know a provider, a database, the config, HTTP.
"""
