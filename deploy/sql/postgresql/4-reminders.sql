-- Version 1. Who is to be woken when. The queries are the contract with Orleans' ADO.NET reminders: their keys, parameters and result
-- columns are the provider's; tables and statements are ours. Safe to run again.

CREATE TABLE IF NOT EXISTS reminder
(
    service TEXT COLLATE "C" NOT NULL,
    grain TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    started TIMESTAMPTZ NOT NULL,
    period BIGINT NOT NULL, -- milliseconds
    hash INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (service, grain, name)
);

CREATE INDEX IF NOT EXISTS reminder_hash ON reminder (service, hash);

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('UpsertReminderRowKey',
'INSERT INTO reminder AS known (service, grain, name, started, period, hash, version)
 VALUES (@ServiceId, @GrainId, @ReminderName, @StartTime, @Period, @GrainHash, 0)
 ON CONFLICT (service, grain, name)
 DO UPDATE SET started = excluded.started, period = excluded.period, hash = excluded.hash, version = known.version + 1
 RETURNING version AS Version;')
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('ReadReminderRowsKey',
'SELECT grain AS GrainId, name AS ReminderName, started AS StartTime, period AS Period, version AS Version
 FROM reminder WHERE service = @ServiceId AND grain = @GrainId;')
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('ReadReminderRowKey',
'SELECT grain AS GrainId, name AS ReminderName, started AS StartTime, period AS Period, version AS Version
 FROM reminder WHERE service = @ServiceId AND grain = @GrainId AND name = @ReminderName;')
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

-- A silo answers for a range of the ring of hashes: one that does not pass the end of the ring, and one that does.
INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('ReadRangeRows1Key',
'SELECT grain AS GrainId, name AS ReminderName, started AS StartTime, period AS Period, version AS Version
 FROM reminder WHERE service = @ServiceId AND hash > @BeginHash AND hash <= @EndHash;')
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('ReadRangeRows2Key',
'SELECT grain AS GrainId, name AS ReminderName, started AS StartTime, period AS Period, version AS Version
 FROM reminder WHERE service = @ServiceId AND (hash > @BeginHash OR hash <= @EndHash);')
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('DeleteReminderRowKey',
'WITH deleted AS
 (
     DELETE FROM reminder
     WHERE service = @ServiceId AND grain = @GrainId AND name = @ReminderName AND version = @Version
     RETURNING 1
 )
 SELECT EXISTS (SELECT 1 FROM deleted);')
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('DeleteReminderRowsKey',
'DELETE FROM reminder WHERE service = @ServiceId;')
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;
