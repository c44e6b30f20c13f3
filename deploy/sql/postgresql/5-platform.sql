-- Version 2. Which platform this is: made with the database, and written beside the blobs that are its own; and what the cluster of its silos is called. Safe to run again.

CREATE TABLE IF NOT EXISTS platform
(
    only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    id TEXT NOT NULL
);

INSERT INTO platform (only_row, id) VALUES (1, replace(gen_random_uuid()::TEXT, '-', '')) ON CONFLICT DO NOTHING;

-- Silos of versions before were told a name; that of those who live, or lived last, stays.
ALTER TABLE platform ADD COLUMN IF NOT EXISTS cluster TEXT;

UPDATE platform SET cluster = coalesce((SELECT deployment FROM cluster_member ORDER BY alive DESC LIMIT 1), 'hermes') WHERE cluster IS NULL;
