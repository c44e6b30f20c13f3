-- What lists show: one row for each owner, written by the owner in the order of its versions. Safe to run again.

CREATE TABLE IF NOT EXISTS catalog
(
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    version INTEGER NOT NULL,
    state TEXT NOT NULL,
    unfinished INTEGER NOT NULL,
    document TEXT NOT NULL,
    updated INTEGER NOT NULL, -- milliseconds since 1970, UTC
    PRIMARY KEY (kind, key)
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS catalog_unfinished ON catalog (kind, key) WHERE unfinished = 1;
