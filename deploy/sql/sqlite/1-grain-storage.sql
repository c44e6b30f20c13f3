-- State of the actors. The queries at the end are the contract with Orleans' ADO.NET grain storage: their keys, parameters
-- and result columns are the provider's; tables and statements are ours. Safe to run again.

-- Readers do not wait for the writer. The library's default, synchronous = FULL, stays: a state that was acknowledged
-- survives a power cut.
PRAGMA journal_mode = WAL;

CREATE TABLE IF NOT EXISTS OrleansQuery
(
    QueryKey TEXT NOT NULL PRIMARY KEY,
    QueryText TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS grain_state
(
    service TEXT NOT NULL,
    type_hash INTEGER NOT NULL,
    type TEXT NOT NULL,
    id_hash INTEGER NOT NULL,
    id_n0 INTEGER NOT NULL,
    id_n1 INTEGER NOT NULL,
    id_text TEXT NOT NULL,
    payload BLOB NULL,
    version INTEGER NOT NULL,
    modified TEXT NOT NULL,
    PRIMARY KEY (type, id_text, id_n0, id_n1, service)
) WITHOUT ROWID;

-- A write names the version it read; when another one is there nothing changes and the version comes back unchanged,
-- which the provider takes for a conflict.
INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('WriteToStorageKey',
'INSERT INTO grain_state (service, type_hash, type, id_hash, id_n0, id_n1, id_text, payload, version, modified)
 SELECT @ServiceId, @GrainTypeHash, @GrainTypeString, @GrainIdHash, @GrainIdN0, @GrainIdN1, IFNULL(@GrainIdExtensionString, ''''), @PayloadBinary, 1,
        strftime(''%Y-%m-%dT%H:%M:%fZ'', ''now'')
 WHERE @GrainStateVersion IS NULL
    OR EXISTS (SELECT 1 FROM grain_state
               WHERE service = @ServiceId AND type = @GrainTypeString AND id_n0 = @GrainIdN0 AND id_n1 = @GrainIdN1
                 AND id_text = IFNULL(@GrainIdExtensionString, ''''))
 ON CONFLICT DO UPDATE SET payload = excluded.payload, version = version + 1, modified = excluded.modified
 WHERE version = @GrainStateVersion;
 SELECT CASE WHEN changes() = 1 THEN IFNULL(@GrainStateVersion, 0) + 1 ELSE @GrainStateVersion END AS NewGrainStateVersion;')
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('ReadFromStorageKey',
'SELECT payload AS PayloadBinary, version AS Version
 FROM grain_state
 WHERE service = @ServiceId AND type = @GrainTypeString AND id_n0 = @GrainIdN0 AND id_n1 = @GrainIdN1
   AND id_text = IFNULL(@GrainIdExtensionString, '''');')
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('ClearStorageKey',
'UPDATE grain_state
 SET payload = NULL, version = version + 1, modified = strftime(''%Y-%m-%dT%H:%M:%fZ'', ''now'')
 WHERE service = @ServiceId AND type = @GrainTypeString AND id_n0 = @GrainIdN0 AND id_n1 = @GrainIdN1
   AND id_text = IFNULL(@GrainIdExtensionString, '''') AND version = @GrainStateVersion;
 SELECT CASE WHEN changes() = 1 THEN @GrainStateVersion + 1 ELSE @GrainStateVersion END AS NewGrainStateVersion;')
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('DeleteStorageKey',
'DELETE FROM grain_state
 WHERE service = @ServiceId AND type = @GrainTypeString AND id_n0 = @GrainIdN0 AND id_n1 = @GrainIdN1
   AND id_text = IFNULL(@GrainIdExtensionString, '''') AND version = @GrainStateVersion;
 SELECT CASE WHEN changes() = 1 THEN @GrainStateVersion + 1 ELSE @GrainStateVersion END AS NewGrainStateVersion;')
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;
