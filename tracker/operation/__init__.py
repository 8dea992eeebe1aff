"""What keeps an installation alive: backup and restore, and the doctor who looks at every engine."""
