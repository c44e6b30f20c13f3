-- Version 1. State of the actors. The queries at the end are the contract with Orleans' ADO.NET grain storage: their keys, parameters
-- and result columns are the provider's; tables and statements are ours. Safe to run again.

CREATE TABLE IF NOT EXISTS OrleansQuery
(
    QueryKey TEXT NOT NULL PRIMARY KEY,
    QueryText TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS grain_state
(
    service TEXT COLLATE "C" NOT NULL,
    type_hash INTEGER NOT NULL,
    type TEXT COLLATE "C" NOT NULL,
    id_hash INTEGER NOT NULL,
    id_n0 BIGINT NOT NULL,
    id_n1 BIGINT NOT NULL,
    id_text TEXT COLLATE "C" NOT NULL,
    payload BYTEA NULL,
    version INTEGER NOT NULL,
    modified TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (type, id_text, id_n0, id_n1, service)
);

-- States are replaced as a whole, over and over: room in the page keeps the old and the new one together.
ALTER TABLE grain_state SET (fillfactor = 60);

-- A write names the version it read; when another one is there nothing changes and the version comes back unchanged,
-- which the provider takes for a conflict.
INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('WriteToStorageKey',
'WITH written AS
 (
     INSERT INTO grain_state AS known (service, type_hash, type, id_hash, id_n0, id_n1, id_text, payload, version, modified)
     SELECT @ServiceId, @GrainTypeHash, @GrainTypeString, @GrainIdHash, @GrainIdN0, @GrainIdN1, COALESCE(CAST(@GrainIdExtensionString AS TEXT), ''''),
            CAST(@PayloadBinary AS BYTEA), 1, now()
     WHERE CAST(@GrainStateVersion AS INTEGER) IS NULL
        OR EXISTS (SELECT 1 FROM grain_state
                   WHERE service = @ServiceId AND type = @GrainTypeString AND id_n0 = @GrainIdN0 AND id_n1 = @GrainIdN1
                     AND id_text = COALESCE(CAST(@GrainIdExtensionString AS TEXT), ''''))
     ON CONFLICT (type, id_text, id_n0, id_n1, service) DO UPDATE SET payload = excluded.payload, version = known.version + 1, modified = excluded.modified
     WHERE known.version = CAST(@GrainStateVersion AS INTEGER)
     RETURNING version
 )
 SELECT COALESCE((SELECT version FROM written), CAST(@GrainStateVersion AS INTEGER)) AS NewGrainStateVersion;')
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('ReadFromStorageKey',
'SELECT payload AS PayloadBinary, version AS Version
 FROM grain_state
 WHERE service = @ServiceId AND type = @GrainTypeString AND id_n0 = @GrainIdN0 AND id_n1 = @GrainIdN1
   AND id_text = COALESCE(CAST(@GrainIdExtensionString AS TEXT), '''');')
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('ClearStorageKey',
'WITH cleared AS
 (
     UPDATE grain_state
     SET payload = NULL, version = version + 1, modified = now()
     WHERE service = @ServiceId AND type = @GrainTypeString AND id_n0 = @GrainIdN0 AND id_n1 = @GrainIdN1
       AND id_text = COALESCE(CAST(@GrainIdExtensionString AS TEXT), '''') AND version = CAST(@GrainStateVersion AS INTEGER)
     RETURNING version
 )
 SELECT COALESCE((SELECT version FROM cleared), CAST(@GrainStateVersion AS INTEGER)) AS NewGrainStateVersion;')
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('DeleteStorageKey',
'WITH deleted AS
 (
     DELETE FROM grain_state
     WHERE service = @ServiceId AND type = @GrainTypeString AND id_n0 = @GrainIdN0 AND id_n1 = @GrainIdN1
       AND id_text = COALESCE(CAST(@GrainIdExtensionString AS TEXT), '''') AND version = CAST(@GrainStateVersion AS INTEGER)
     RETURNING version
 )
 SELECT COALESCE((SELECT version + 1 FROM deleted), CAST(@GrainStateVersion AS INTEGER)) AS NewGrainStateVersion;')
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;
