-- Everything a single relay keeps. Times are whole days since the Unix epoch.

-- The id of this data set: 16 random bytes, one row.
CREATE TABLE data_set (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    incarnation BLOB NOT NULL CHECK (length(incarnation) = 16)
) STRICT;

CREATE TABLE account (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    account BLOB NOT NULL UNIQUE CHECK (length(account) = 32),
    epoch INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    closed INTEGER NOT NULL DEFAULT 0,
    slots_version INTEGER,
    slots BLOB
) STRICT;

-- Device chains. Append-only: a restore merges into it and never rolls it back.
CREATE TABLE statement (
    account INTEGER NOT NULL REFERENCES account (number),
    position INTEGER NOT NULL,
    statement BLOB NOT NULL,
    PRIMARY KEY (account, position)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER statement_is_not_changed BEFORE UPDATE ON statement
BEGIN SELECT RAISE(ABORT, 'the chain is append-only'); END;
CREATE TRIGGER statement_is_not_deleted BEFORE DELETE ON statement
BEGIN SELECT RAISE(ABORT, 'the chain is append-only'); END;

-- Since when a delivery-key slot has been retiring.
CREATE TABLE retired_slot (
    account INTEGER NOT NULL REFERENCES account (number),
    slot BLOB NOT NULL CHECK (length(slot) = 8),
    day INTEGER NOT NULL,
    PRIMARY KEY (account, slot)
) STRICT, WITHOUT ROWID;

-- Devices, the removed ones too: their ids and keys stay taken. Numbers are never reused.
CREATE TABLE device (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    mailbox BLOB NOT NULL UNIQUE CHECK (length(mailbox) = 16),
    account INTEGER NOT NULL REFERENCES account (number),
    identity_key BLOB NOT NULL UNIQUE CHECK (length(identity_key) = 33),
    active INTEGER NOT NULL,
    boot INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX device_account ON device (account);

-- The counters of each mailbox, apart from the device and narrow because every put writes them.
-- n and b: envelopes and bytes that wait, by lane (1 siblings, 2 contacts, 3 links, 4 strangers).
CREATE TABLE mailbox (
    device INTEGER PRIMARY KEY REFERENCES device (number),
    acked INTEGER NOT NULL DEFAULT 0,
    last INTEGER NOT NULL DEFAULT 0,
    n1 INTEGER NOT NULL DEFAULT 0, b1 INTEGER NOT NULL DEFAULT 0,
    n2 INTEGER NOT NULL DEFAULT 0, b2 INTEGER NOT NULL DEFAULT 0,
    n3 INTEGER NOT NULL DEFAULT 0, b3 INTEGER NOT NULL DEFAULT 0,
    n4 INTEGER NOT NULL DEFAULT 0, b4 INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Bodies that many envelopes share. refs is counted by the code: a foreign key from the log would
-- need a third index there.
CREATE TABLE body (
    id INTEGER PRIMARY KEY,
    refs INTEGER NOT NULL,
    bytes BLOB NOT NULL
) STRICT;

-- The envelopes, in the order they came, so that storing one writes at the end of the table; the
-- two indexes are narrow. The wide column is last.
CREATE TABLE log (
    id INTEGER PRIMARY KEY,
    device INTEGER NOT NULL REFERENCES device (number),
    seq INTEGER NOT NULL,
    envelope BLOB NOT NULL CHECK (length(envelope) = 16),
    lane INTEGER NOT NULL,
    size INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    body INTEGER,
    header BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX log_seq ON log (device, seq);
CREATE UNIQUE INDEX log_envelope ON log (device, envelope);

-- Ids of envelopes that were acknowledged, so that a late repetition is recognised.
CREATE TABLE seen (
    device INTEGER NOT NULL REFERENCES device (number),
    envelope BLOB NOT NULL,
    day INTEGER NOT NULL,
    PRIMARY KEY (device, envelope)
) STRICT, WITHOUT ROWID;

CREATE TABLE signed_keys (
    device INTEGER PRIMARY KEY REFERENCES device (number),
    generation INTEGER NOT NULL,
    keys BLOB NOT NULL
) STRICT;

-- One-time keys; kind is 0 for elliptic curves, 1 for KEMs.
CREATE TABLE one_time_key (
    id INTEGER PRIMARY KEY,
    device INTEGER NOT NULL REFERENCES device (number),
    kind INTEGER NOT NULL,
    key_id INTEGER NOT NULL,
    fingerprint BLOB NOT NULL,
    key BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX one_time_key_place ON one_time_key (device, kind, key_id);

-- Fingerprints of one-time keys that were handed out, so that publishing one again is harmless.
CREATE TABLE spent_key (
    device INTEGER NOT NULL REFERENCES device (number),
    fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 16),
    day INTEGER NOT NULL,
    PRIMARY KEY (device, fingerprint)
) STRICT, WITHOUT ROWID;
