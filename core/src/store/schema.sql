-- The schema of sotto.db, version 1: what all migrations together make. Generated, and
-- compared by a test; after a new migration run the tests once with SOTTO_BLESS=1.

CREATE TABLE profile (
    one             INTEGER PRIMARY KEY CHECK (one = 1),
    standing        INTEGER NOT NULL,            -- model::Standing: 0 new, 1 joining, 2 active, 3 cloned, 4 removed, 5 closed
    account         BLOB CHECK (length(account) = 32),
    mailbox         BLOB NOT NULL CHECK (length(mailbox) = 16),
    name            TEXT NOT NULL,
    identity_secret BLOB NOT NULL,
    signing_secret  BLOB NOT NULL,
    recovery_seed   BLOB,                        -- 32 bytes; only where the account was born or its words were entered
    next_recovery_seed BLOB,                     -- of a set_recovery that is on its way
    incarnation     BLOB NOT NULL CHECK (length(incarnation) = 8),
    boot            INTEGER NOT NULL,            -- last boot counter that was committed for a login
    hlc             INTEGER NOT NULL,            -- hybrid logical clock: ms << 16 | logical
    lamport         INTEGER NOT NULL,            -- highest version of any own register
    key_generation  INTEGER NOT NULL,            -- of the newest signed keys
    keys_dirty      INTEGER NOT NULL             -- signed keys must be made before any are published
) STRICT;

CREATE TABLE relay (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    key         BLOB NOT NULL UNIQUE CHECK (length(key) = 32),
    url         TEXT NOT NULL,
    home        INTEGER NOT NULL,                -- place among our homes from 1; 0: none of ours
    leaving     INTEGER,                         -- a home once: until when its mail is still fetched, or it is still told that we are closed
    incarnation BLOB,                            -- of the relay's data set, 16 bytes
    acked       INTEGER NOT NULL,                -- last seq committed here
    keys_dirty  INTEGER NOT NULL DEFAULT 1,      -- our pre-keys must be published there
    stale_at    INTEGER,                         -- when it last found this database to be an old copy
    superseded  TEXT NOT NULL DEFAULT ''         -- times of closes by a newer connection, space separated
) STRICT;

CREATE TABLE chain (
    account BLOB PRIMARY KEY CHECK (length(account) = 32),
    epoch   INTEGER NOT NULL,
    seq     INTEGER NOT NULL,
    hash    BLOB NOT NULL,
    closed  INTEGER NOT NULL,
    frozen  INTEGER NOT NULL                     -- model::Freeze: 0 no, 1 fork seen, 2 newer client needed
) STRICT, WITHOUT ROWID;

CREATE TABLE statement (
    account BLOB NOT NULL,
    epoch   INTEGER NOT NULL,
    seq     INTEGER NOT NULL,
    hash    BLOB NOT NULL,
    bytes   BLOB NOT NULL,
    void    INTEGER NOT NULL,                    -- a recover statement took it back
    PRIMARY KEY (account, epoch, seq, hash)      -- a recovery may settle a fork: two hold one place
) STRICT, WITHOUT ROWID;

CREATE TABLE device (
    mailbox      BLOB PRIMARY KEY CHECK (length(mailbox) = 16),
    account      BLOB NOT NULL,
    signing_key  BLOB NOT NULL UNIQUE,
    identity_key BLOB NOT NULL UNIQUE,
    active       INTEGER NOT NULL,
    generation   INTEGER NOT NULL,               -- highest generation of signed keys seen
    heard_at     INTEGER NOT NULL DEFAULT 0      -- when something of it was last opened, to the minute
) STRICT, WITHOUT ROWID;

CREATE INDEX device_by_account ON device (account);

CREATE TABLE checkpoint (
    account   BLOB NOT NULL,
    relay_key BLOB NOT NULL,
    bytes     BLOB NOT NULL,
    signature BLOB NOT NULL,
    PRIMARY KEY (account, relay_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE evidence (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    account         BLOB NOT NULL,
    relay_key       BLOB NOT NULL,
    first_bytes     BLOB NOT NULL,
    first_signature BLOB NOT NULL,
    other_bytes     BLOB NOT NULL,
    other_signature BLOB NOT NULL,
    seen_at         INTEGER NOT NULL
) STRICT;

CREATE TABLE intent (
    id         BLOB PRIMARY KEY CHECK (length(id) = 16),
    kind       INTEGER NOT NULL,
    payload    BLOB NOT NULL,
    base       BLOB,                             -- of a home statement: the relays that it was made from
    via        BLOB,                             -- key of the relay to post it at instead of the first home
    created_at INTEGER NOT NULL,
    state      INTEGER NOT NULL                  -- 0 open, 1 done, 2 void
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
    mailbox BLOB PRIMARY KEY,
    record  BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sender_key (
    mailbox      BLOB NOT NULL,
    distribution BLOB NOT NULL,
    record       BLOB NOT NULL,
    PRIMARY KEY (mailbox, distribution)
) STRICT, WITHOUT ROWID;

CREATE TABLE one_time_key (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    record     BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE signed_key (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    record     BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE kem_key (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    record      BLOB NOT NULL,
    last_resort INTEGER NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE last_resort_use (
    kem_id    INTEGER NOT NULL,
    signed_id INTEGER NOT NULL,
    base_key  BLOB NOT NULL,
    used_at   INTEGER NOT NULL,
    PRIMARY KEY (kem_id, signed_id, base_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE first_message (
    mailbox  BLOB NOT NULL,
    base_key BLOB NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (mailbox, base_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE register (
    kind    INTEGER NOT NULL,
    key     BLOB NOT NULL,
    version INTEGER NOT NULL,
    device  BLOB NOT NULL,
    value   BLOB NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE contact (
    account          BLOB PRIMARY KEY CHECK (length(account) = 32),
    standing         INTEGER NOT NULL,           -- content::Standing
    name             TEXT NOT NULL,              -- given here; empty: as they call themselves
    profile_name     TEXT NOT NULL,              -- what they call themselves
    about            TEXT NOT NULL,
    delivery_slot    BLOB,
    delivery_version INTEGER NOT NULL,
    delivery_secret  BLOB,
    by_link          INTEGER NOT NULL,
    card_version     INTEGER NOT NULL,           -- of their card, as applied
    card_sent        INTEGER NOT NULL,           -- version of our card that they were sent
    announced_epoch  INTEGER NOT NULL,           -- highest head of theirs that anybody spoke of
    announced_seq    INTEGER NOT NULL,
    announced_hash   BLOB,
    view_epoch       INTEGER NOT NULL,           -- our head as they know it
    view_seq         INTEGER NOT NULL,
    view_hash        BLOB
) STRICT, WITHOUT ROWID;

CREATE TABLE contact_relay (
    account  BLOB NOT NULL,
    position INTEGER NOT NULL,
    relay    INTEGER NOT NULL REFERENCES relay (id),
    PRIMARY KEY (account, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE conversation (
    id   BLOB PRIMARY KEY CHECK (length(id) = 32),
    kind INTEGER NOT NULL,                       -- 0 self, 1 direct, 2 group, 3 channel
    peer BLOB,                                   -- account, of a direct conversation
    epoch INTEGER NOT NULL DEFAULT 0,            -- of a group's membership
    -- Projected from registers.
    timer         INTEGER NOT NULL DEFAULT 0,    -- seconds that messages are kept after reading, 0: for ever
    muted_until   INTEGER NOT NULL DEFAULT 0,
    archived_at   INTEGER NOT NULL DEFAULT 0,    -- 0: not archived
    pinned_at     INTEGER NOT NULL DEFAULT 0,    -- 0: not pinned
    marked_unread INTEGER NOT NULL DEFAULT 0,
    notify        INTEGER NOT NULL DEFAULT 0,    -- model::Notify: 0 everything, 1 mentions, 2 nothing
    draft         TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;

CREATE TABLE member (
    conversation BLOB NOT NULL REFERENCES conversation (id),
    account      BLOB NOT NULL,
    mailbox      BLOB NOT NULL,
    role         INTEGER NOT NULL,
    since_epoch  INTEGER NOT NULL,
    PRIMARY KEY (conversation, account, mailbox)
) STRICT, WITHOUT ROWID;

CREATE TABLE message (
    row          INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation BLOB NOT NULL REFERENCES conversation (id),
    author       BLOB NOT NULL,
    device       BLOB NOT NULL,
    id           BLOB NOT NULL CHECK (length(id) = 16),
    order_key    INTEGER NOT NULL,
    incarnation  BLOB NOT NULL,
    counter      INTEGER NOT NULL,               -- 0: own, and not sealed yet
    sent_at      INTEGER NOT NULL,
    received_at  INTEGER NOT NULL,
    kind         INTEGER NOT NULL,               -- model::MessageKind
    body         TEXT NOT NULL,
    content      BLOB NOT NULL,                  -- as received, so that unknown kinds survive
    shown        INTEGER NOT NULL DEFAULT 1,     -- 0: kept to be sent again, seen by nobody
    unread       INTEGER NOT NULL DEFAULT 0,
    edited       INTEGER NOT NULL DEFAULT 0,     -- version of the edit that body shows, 0: as first written
    expires_in   INTEGER NOT NULL DEFAULT 0,     -- seconds from reading, 0: never
    expires_at   INTEGER,
    view_once    INTEGER NOT NULL DEFAULT 0,
    source       INTEGER NOT NULL DEFAULT 0,     -- model::Source: 0 said here or received, 1 imported, 2 history of a sibling
    UNIQUE (author, id)
) STRICT;

CREATE INDEX message_in_order ON message (conversation, order_key, author, counter) WHERE shown = 1;

CREATE INDEX message_unread ON message (conversation, order_key, author, counter) WHERE unread = 1;

CREATE INDEX message_hidden ON message (sent_at) WHERE shown = 0;

CREATE INDEX message_expiring ON message (expires_at) WHERE expires_at IS NOT NULL;

CREATE INDEX message_by_stream ON message (conversation, device, incarnation, counter);

CREATE VIRTUAL TABLE search USING fts5 (terms, content = '', columnsize = 0, detail = none, tokenize = 'ascii');

CREATE TABLE search_place (
    place   INTEGER PRIMARY KEY,
    message INTEGER NOT NULL UNIQUE REFERENCES message (row)
) STRICT;

CREATE TABLE search_state (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    version INTEGER NOT NULL,                    -- of the terms, 0: there are none yet
    covered INTEGER NOT NULL,                    -- messages from this row on are in it, 0: all
    widest  INTEGER NOT NULL                     -- furthest that a place is from its order key
) STRICT;

CREATE TABLE receipt (
    message INTEGER NOT NULL REFERENCES message (row) ON DELETE CASCADE,
    account BLOB NOT NULL,
    device  BLOB NOT NULL,
    kind    INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (message, account, device, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE receipt_early (
    message_id BLOB NOT NULL CHECK (length(message_id) = 16),
    account    BLOB NOT NULL,
    device     BLOB NOT NULL,
    kind       INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (message_id, account, device, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE receipt_due (
    account    BLOB NOT NULL,
    message_id BLOB NOT NULL,
    kind       INTEGER NOT NULL,
    due_at     INTEGER NOT NULL,
    PRIMARY KEY (account, message_id, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE stream (
    conversation BLOB NOT NULL,
    device       BLOB NOT NULL,
    incarnation  BLOB NOT NULL,
    highest      INTEGER NOT NULL,
    last_id      BLOB NOT NULL,
    last_key     INTEGER NOT NULL,
    PRIMARY KEY (conversation, device, incarnation)
) STRICT, WITHOUT ROWID;

CREATE TABLE gap (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    account      BLOB NOT NULL,
    device       BLOB NOT NULL,
    conversation BLOB,
    incarnation  BLOB,
    counter      INTEGER,
    envelope     BLOB UNIQUE,
    reason       INTEGER NOT NULL,
    ratchet_key  BLOB,
    seen_at      INTEGER NOT NULL,
    asked        INTEGER NOT NULL,
    next_ask     INTEGER NOT NULL,
    UNIQUE (conversation, device, incarnation, counter)
) STRICT;

CREATE TABLE outgoing (
    row          INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id   BLOB NOT NULL CHECK (length(message_id) = 16),
    account      BLOB NOT NULL,                  -- recipient
    only_device  BLOB,                           -- to this device alone
    purpose      INTEGER NOT NULL,               -- model::Purpose
    message      INTEGER REFERENCES message (row) ON DELETE SET NULL,
    content      BLOB NOT NULL,                  -- Content; a RetryRequest for that purpose
    created_at   INTEGER NOT NULL,
    not_before   INTEGER NOT NULL,
    state        INTEGER NOT NULL,               -- model::OutgoingState: 0 queued, 1 accepted, 2 failed
    attempts     INTEGER NOT NULL,
    next_attempt INTEGER NOT NULL,
    reason       TEXT,
    CHECK (only_device IS NULL OR length(only_device) = 16)
) STRICT;

CREATE INDEX outgoing_by_id ON outgoing (account, message_id);

CREATE INDEX outgoing_by_message ON outgoing (message) WHERE message IS NOT NULL;

CREATE INDEX outgoing_open ON outgoing (account, row) WHERE state = 0;

CREATE INDEX outgoing_failed ON outgoing (account, row) WHERE state = 2;

CREATE INDEX outgoing_unfinished ON outgoing (purpose, row) WHERE state <> 1;

CREATE INDEX outgoing_finished ON outgoing (created_at) WHERE state = 1;

CREATE TABLE delivery (
    outgoing    INTEGER NOT NULL REFERENCES outgoing (row) ON DELETE CASCADE,
    mailbox     BLOB NOT NULL,
    state       INTEGER NOT NULL,                -- 0 queued, 1 sealed, 2 accepted, 3 dropped (device is gone)
    envelope    BLOB UNIQUE,
    sealed      BLOB,
    head_epoch  INTEGER,
    head_seq    INTEGER,
    head_hash   BLOB,
    sealed_at   INTEGER,
    PRIMARY KEY (outgoing, mailbox)
) STRICT, WITHOUT ROWID;

CREATE INDEX delivery_waiting ON delivery (mailbox) WHERE state = 0;

CREATE TABLE send_log (
    envelope   BLOB PRIMARY KEY,
    message_id BLOB NOT NULL,
    account    BLOB NOT NULL,
    mailbox    BLOB NOT NULL,
    sent_at    INTEGER NOT NULL,
    answered   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE seen (
    hash BLOB PRIMARY KEY,
    at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE applied (
    account    BLOB NOT NULL,
    message_id BLOB NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (account, message_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE parked (
    row         INTEGER PRIMARY KEY AUTOINCREMENT,
    account     BLOB NOT NULL,
    mailbox     BLOB NOT NULL,
    epoch       INTEGER NOT NULL,
    seq         INTEGER NOT NULL,
    envelope    BLOB NOT NULL,
    sealed      BLOB NOT NULL,
    lane        INTEGER NOT NULL,
    received_at INTEGER NOT NULL
) STRICT;

CREATE INDEX parked_by_account ON parked (account, row);

CREATE TABLE quota (
    name   TEXT NOT NULL,
    key    BLOB NOT NULL,
    window INTEGER NOT NULL,
    used   INTEGER NOT NULL,
    PRIMARY KEY (name, key, window)
) STRICT, WITHOUT ROWID;

CREATE TABLE notice (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    account BLOB,
    kind    INTEGER NOT NULL,                    -- model::NoticeKind
    at      INTEGER NOT NULL,
    detail  BLOB NOT NULL
) STRICT;

CREATE INDEX notice_by_account ON notice (account, id);

CREATE INDEX notice_by_time ON notice (account, at);
