-- Version 2. Who was given a token, and who did what. Safe to run again.

CREATE TABLE IF NOT EXISTS access_token
(
    serial TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL, -- milliseconds since 1970, UTC
    withdrawn BIGINT -- the same; NULL while it is good
);

CREATE UNIQUE INDEX IF NOT EXISTS access_token_name ON access_token (name) WHERE withdrawn IS NULL;

-- The role of the silos may add to these two, and not change what is there.
CREATE TABLE IF NOT EXISTS audit
(
    number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    asked BIGINT NOT NULL, -- milliseconds since 1970, UTC
    who TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C" NOT NULL,
    what TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL
);

CREATE INDEX IF NOT EXISTS audit_thing ON audit (kind, name, number);

CREATE TABLE IF NOT EXISTS audit_end
(
    number BIGINT NOT NULL PRIMARY KEY,
    outcome INTEGER NOT NULL,
    reason TEXT
);

-- Keeps others from adding to the record until the transaction ends, as a restore needs it. The role of the silos may not lock what it may not change, so it is done for it.
CREATE OR REPLACE FUNCTION lock_audit() RETURNS VOID LANGUAGE plpgsql SECURITY DEFINER SET search_path = hermes AS
'BEGIN LOCK TABLE audit, audit_end IN SHARE ROW EXCLUSIVE MODE; END';
