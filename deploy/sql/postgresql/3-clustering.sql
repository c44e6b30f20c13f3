-- Version 1. Which silos there are. The queries are the contract with Orleans' ADO.NET clustering: their keys, parameters and result
-- columns are the provider's; tables and statements are ours. Safe to run again.

-- Every change of the members moves the version on, and names the version it has seen.
CREATE TABLE IF NOT EXISTS cluster_version
(
    deployment TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS cluster_member
(
    deployment TEXT COLLATE "C" NOT NULL REFERENCES cluster_version (deployment),
    address TEXT COLLATE "C" NOT NULL,
    port INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    silo_name TEXT NOT NULL,
    host_name TEXT NOT NULL,
    status INTEGER NOT NULL,
    proxy_port INTEGER NOT NULL,
    suspect_times TEXT NULL,
    started TIMESTAMPTZ NOT NULL,
    alive TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (deployment, address, port, generation)
);

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('InsertMembershipVersionKey',
'WITH inserted AS
 (
     INSERT INTO cluster_version (deployment, version) VALUES (@DeploymentId, 0)
     ON CONFLICT (deployment) DO NOTHING
     RETURNING 1
 )
 SELECT EXISTS (SELECT 1 FROM inserted);')
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('InsertMembershipKey',
'WITH moved AS
 (
     UPDATE cluster_version SET version = version + 1
     WHERE deployment = @DeploymentId AND version = @Version
       AND NOT EXISTS (SELECT 1 FROM cluster_member
                       WHERE deployment = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
     RETURNING deployment
 ), inserted AS
 (
     INSERT INTO cluster_member (deployment, address, port, generation, silo_name, host_name, status, proxy_port, started, alive)
     SELECT deployment, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM moved
     RETURNING 1
 )
 SELECT EXISTS (SELECT 1 FROM inserted);')
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('UpdateMembershipKey',
'WITH moved AS
 (
     UPDATE cluster_version SET version = version + 1
     WHERE deployment = @DeploymentId AND version = @Version
       AND EXISTS (SELECT 1 FROM cluster_member
                   WHERE deployment = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
     RETURNING deployment
 ), updated AS
 (
     UPDATE cluster_member SET status = @Status, suspect_times = CAST(@SuspectTimes AS TEXT), alive = @IAmAliveTime
     FROM moved
     WHERE cluster_member.deployment = moved.deployment AND address = @Address AND port = @Port AND generation = @Generation
     RETURNING 1
 )
 SELECT EXISTS (SELECT 1 FROM updated);')
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('UpdateIAmAlivetimeKey',
'UPDATE cluster_member SET alive = @IAmAliveTime
 WHERE deployment = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation;')
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

-- The version is told even when nobody is there.
INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('MembershipReadRowKey',
'SELECT m.address AS Address, m.port AS Port, m.generation AS Generation, m.silo_name AS SiloName, m.host_name AS HostName, m.status AS Status,
        m.proxy_port AS ProxyPort, m.suspect_times AS SuspectTimes, m.started AS StartTime, m.alive AS IAmAliveTime, v.version AS Version
 FROM cluster_version v
 LEFT JOIN cluster_member m ON m.deployment = v.deployment AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
 WHERE v.deployment = @DeploymentId;')
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('MembershipReadAllKey',
'SELECT m.address AS Address, m.port AS Port, m.generation AS Generation, m.silo_name AS SiloName, m.host_name AS HostName, m.status AS Status,
        m.proxy_port AS ProxyPort, m.suspect_times AS SuspectTimes, m.started AS StartTime, m.alive AS IAmAliveTime, v.version AS Version
 FROM cluster_version v
 LEFT JOIN cluster_member m ON m.deployment = v.deployment
 WHERE v.deployment = @DeploymentId;')
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('GatewaysQueryKey',
'SELECT address AS Address, proxy_port AS ProxyPort, generation AS Generation
 FROM cluster_member
 WHERE deployment = @DeploymentId AND status = @Status AND proxy_port > 0;')
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('DeleteMembershipTableEntriesKey',
'DELETE FROM cluster_member WHERE deployment = @DeploymentId;
 DELETE FROM cluster_version WHERE deployment = @DeploymentId;')
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

-- 6 is a silo that the others declared dead.
INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('CleanupDefunctSiloEntriesKey',
'DELETE FROM cluster_member WHERE deployment = @DeploymentId AND alive < @IAmAliveTime AND status = 6;')
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;
