"""How: settings, database, events, history, mail, storage, jobs, clock, languages, logs. Knows no room."""
