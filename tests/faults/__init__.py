"""The promise under faults: people write while the site is killed, frozen and cut off, and a checker compares."""
