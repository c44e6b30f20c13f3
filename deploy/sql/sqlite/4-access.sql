-- Who was given a token, and who did what. Safe to run again.

CREATE TABLE IF NOT EXISTS access_token
(
    serial TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    created INTEGER NOT NULL, -- milliseconds since 1970, UTC
    withdrawn INTEGER -- the same; NULL while it is good
) WITHOUT ROWID;

CREATE UNIQUE INDEX IF NOT EXISTS access_token_name ON access_token (name) WHERE withdrawn IS NULL;

CREATE TABLE IF NOT EXISTS audit
(
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    asked INTEGER NOT NULL, -- milliseconds since 1970, UTC
    who TEXT NOT NULL,
    role TEXT NOT NULL,
    what TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL
);

CREATE INDEX IF NOT EXISTS audit_thing ON audit (kind, name, number);

CREATE TABLE IF NOT EXISTS audit_end
(
    number INTEGER NOT NULL PRIMARY KEY,
    outcome INTEGER NOT NULL,
    reason TEXT
);

-- What is on record stays as it is.
CREATE TRIGGER IF NOT EXISTS audit_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER IF NOT EXISTS audit_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER IF NOT EXISTS audit_end_update BEFORE UPDATE ON audit_end BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER IF NOT EXISTS audit_end_delete BEFORE DELETE ON audit_end BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
