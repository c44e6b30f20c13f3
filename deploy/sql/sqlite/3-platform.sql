-- Which platform this is: made with the database, and written beside the blobs that are its own. Safe to run again.

CREATE TABLE IF NOT EXISTS platform
(
    only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    id TEXT NOT NULL
);

INSERT INTO platform (only_row, id) VALUES (1, lower(hex(randomblob(16)))) ON CONFLICT DO NOTHING;
