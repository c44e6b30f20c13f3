-- Version 1. What lists show: one row for each owner, written by the owner in the order of its versions. Safe to run again.

-- Keys are compared byte by byte, so that pages have one order whatever the locale of the database.
CREATE TABLE IF NOT EXISTS catalog
(
    kind TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    unfinished INTEGER NOT NULL,
    document TEXT NOT NULL,
    updated BIGINT NOT NULL, -- milliseconds since 1970, UTC
    PRIMARY KEY (kind, key)
);

CREATE INDEX IF NOT EXISTS catalog_unfinished ON catalog (kind, key) WHERE unfinished = 1;
