-- Version 1. Which of these scripts were run here, and in which version. Safe to run again, as all of them are.

CREATE TABLE IF NOT EXISTS schema_version
(
    script TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    applied TIMESTAMPTZ NOT NULL
);
