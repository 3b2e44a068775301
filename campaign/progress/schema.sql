-- Migration 1: plan versions, what was issued, what came back, and a log nobody edits.
-- Each migration starts at a line `-- Migration N:`; store.py runs those not yet run.

CREATE TABLE plan_versions (
    version         INTEGER PRIMARY KEY,
    as_of           TEXT NOT NULL,
    start           TEXT NOT NULL,
    end             TEXT NOT NULL,
    festival        TEXT NOT NULL,
    target          REAL,
    expected        REAL NOT NULL,
    bank_name       TEXT NOT NULL,
    settings        TEXT NOT NULL,
    book_digest     TEXT NOT NULL,
    settings_digest TEXT NOT NULL,
    seed            INTEGER NOT NULL
) STRICT;

CREATE TABLE issued_touches (
    version      INTEGER NOT NULL REFERENCES plan_versions (version),
    candidate_id TEXT NOT NULL,
    date         TEXT NOT NULL,
    week         INTEGER NOT NULL,
    manager_id   TEXT NOT NULL,
    customer_id  TEXT NOT NULL,
    channel      TEXT NOT NULL,
    purposes     TEXT NOT NULL,
    value        REAL NOT NULL,
    PRIMARY KEY (version, candidate_id)
) STRICT;

-- target is net growth; new_lending what must be lent anew to reach it.
CREATE TABLE issued_managers (
    version      INTEGER NOT NULL REFERENCES plan_versions (version),
    manager_id   TEXT NOT NULL,
    manager_name TEXT NOT NULL,
    branch       TEXT NOT NULL,
    is_new       INTEGER NOT NULL,
    visits       INTEGER NOT NULL,
    calls        INTEGER NOT NULL,
    referrals    INTEGER NOT NULL,
    contacts     INTEGER NOT NULL,
    target       REAL,
    new_lending  REAL,
    PRIMARY KEY (version, manager_id)
) STRICT;

-- One call of take-back; undoing it deletes it with all that came in by it.
CREATE TABLE imports (
    import_id INTEGER PRIMARY KEY,
    at        TEXT NOT NULL,
    actor     TEXT NOT NULL,
    in_force  INTEGER NOT NULL
) STRICT;

CREATE TABLE returns (
    return_id   INTEGER PRIMARY KEY,
    import_id   INTEGER NOT NULL REFERENCES imports (import_id) ON DELETE CASCADE,
    file_name   TEXT NOT NULL,
    file_digest TEXT NOT NULL UNIQUE,
    manager_id  TEXT NOT NULL,
    version     INTEGER NOT NULL,
    rows_in     INTEGER NOT NULL,
    applied     INTEGER NOT NULL,
    unchanged   INTEGER NOT NULL,
    rejected    INTEGER NOT NULL,
    unknown     INTEGER NOT NULL,
    CHECK (rows_in = applied + unchanged + rejected + unknown)
) STRICT;

-- Every outcome ever applied; the latest by (version, return_id) counts.
CREATE TABLE outcomes (
    return_id      INTEGER NOT NULL REFERENCES returns (return_id) ON DELETE CASCADE,
    candidate_id   TEXT NOT NULL,
    version        INTEGER NOT NULL,
    manager_id     TEXT NOT NULL,
    customer_id    TEXT NOT NULL,
    channel        TEXT NOT NULL,
    done_date      TEXT,
    outcome        TEXT,
    wanted_amount  REAL,
    next_follow_up TEXT,
    referrals      INTEGER,
    note           TEXT,
    PRIMARY KEY (return_id, candidate_id)
) STRICT;

CREATE INDEX outcomes_of_a_touch ON outcomes (candidate_id, version, return_id);

-- New contacts written by hand; the latest of a manager, name and phone counts.
CREATE TABLE referrals (
    return_id     INTEGER NOT NULL REFERENCES returns (return_id) ON DELETE CASCADE,
    manager_id    TEXT NOT NULL,
    customer_name TEXT NOT NULL,
    phone         TEXT NOT NULL,
    referrer_id   TEXT,
    referrer_name TEXT,
    relation      TEXT,
    main_business TEXT,
    wanted_amount REAL,
    PRIMARY KEY (return_id, customer_name, phone)
) STRICT;

-- A promise is closed by figures alone, so nothing here says that it was met.
CREATE TABLE promises (
    promise_id INTEGER PRIMARY KEY,
    manager_id TEXT NOT NULL,
    made_on    TEXT NOT NULL,
    due_on     TEXT NOT NULL CHECK (due_on >= made_on),
    metric     TEXT NOT NULL CHECK (metric IN ('visits', 'calls', 'referrals', 'applied', 'disbursed')),
    amount     REAL NOT NULL CHECK (amount > 0)
) STRICT;

CREATE TABLE log (
    entry    INTEGER PRIMARY KEY,
    at       TEXT NOT NULL,
    actor    TEXT NOT NULL,
    action   TEXT NOT NULL,
    detail   TEXT NOT NULL,
    previous TEXT NOT NULL,
    digest   TEXT NOT NULL
) STRICT;

CREATE TRIGGER log_never_changes BEFORE UPDATE ON log
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TRIGGER log_never_shrinks BEFORE DELETE ON log
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

-- Migration 2: what a plan was made from, so that it can be tried under other settings.
-- Never a password. `settings` holds what differs from the defaults.

CREATE TABLE requests (
    version  INTEGER PRIMARY KEY REFERENCES plan_versions (version) ON DELETE CASCADE,
    as_of    TEXT,
    start    TEXT,
    end      TEXT,
    target   REAL,
    unit     TEXT,
    recipe   TEXT NOT NULL,
    settings TEXT NOT NULL
) STRICT;

CREATE TABLE request_files (
    version INTEGER NOT NULL REFERENCES requests (version) ON DELETE CASCADE,
    place   INTEGER NOT NULL,
    role    TEXT NOT NULL CHECK (role IN ('book', 'history', 'holidays')),
    path    TEXT NOT NULL,
    digest  TEXT NOT NULL,
    PRIMARY KEY (version, place)
) STRICT;

-- Migration 3: the balance that a plan began with, so that a newer book can be held against it,
-- and the size of each manager's book, so that like is compared with like.

ALTER TABLE plan_versions ADD COLUMN opening REAL;
ALTER TABLE issued_managers ADD COLUMN customers INTEGER;
ALTER TABLE issued_managers ADD COLUMN balance REAL;

-- Migration 4: the case to share of a loan that was won; what the rewards, the rates and the
-- judgements of a plan rested on; the log's last line apart, so that a log cut short is seen.

ALTER TABLE outcomes ADD COLUMN how_it_came TEXT;
ALTER TABLE outcomes ADD COLUMN what_worked TEXT;
ALTER TABLE outcomes ADD COLUMN leads_to TEXT;

-- What a version hoped for of the customers that it touches.
CREATE TABLE issued_opportunities (
    version             INTEGER NOT NULL REFERENCES plan_versions (version),
    opportunity_id      TEXT NOT NULL,
    customer_id         TEXT NOT NULL,
    is_prospect         INTEGER,
    branch              TEXT,
    source              TEXT NOT NULL,
    industry_code       TEXT,
    sub_industry        TEXT,
    rewarded            INTEGER,
    origin              TEXT,
    amount              REAL,
    natural_probability REAL,
    probability         REAL,
    grade               TEXT,
    PRIMARY KEY (version, opportunity_id)
) STRICT;

CREATE TABLE plan_rates (
    version             INTEGER NOT NULL REFERENCES plan_versions (version),
    source              TEXT NOT NULL,
    segment             TEXT NOT NULL,
    natural_probability REAL,
    full_probability    REAL,
    amount_share        REAL,
    natural_low         REAL,
    natural_high        REAL,
    full_low            REAL,
    full_high           REAL,
    share_low           REAL,
    share_high          REAL,
    observations        REAL,
    deviation           REAL,
    basis               TEXT,
    PRIMARY KEY (version, source, segment)
) STRICT;

CREATE TABLE votes (
    version       INTEGER NOT NULL REFERENCES plan_versions (version),
    source_row    TEXT NOT NULL,
    branch        TEXT,
    voter         TEXT,
    industry_code TEXT,
    sub_industry  TEXT,
    outlook       REAL,
    reason        TEXT,
    PRIMARY KEY (version, source_row)
) STRICT;

CREATE TABLE log_end (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    entry    INTEGER NOT NULL,
    digest   TEXT NOT NULL
) STRICT;

INSERT INTO log_end SELECT 1, entry, digest FROM log ORDER BY entry DESC LIMIT 1;

CREATE TRIGGER log_end_follows AFTER INSERT ON log
BEGIN INSERT OR REPLACE INTO log_end VALUES (1, NEW.entry, NEW.digest); END;

-- Migration 5: the day of the book behind a version; a plan made anew has a day of its own.

ALTER TABLE plan_versions ADD COLUMN book_day TEXT;

UPDATE plan_versions SET book_day = as_of WHERE version = 1;

-- Migration 6: a bank's own trade cards are among the files of a request.

CREATE TABLE request_files_6 (
    version INTEGER NOT NULL REFERENCES requests (version) ON DELETE CASCADE,
    place   INTEGER NOT NULL,
    role    TEXT NOT NULL CHECK (role IN ('book', 'history', 'holidays', 'cards')),
    path    TEXT NOT NULL,
    digest  TEXT NOT NULL,
    PRIMARY KEY (version, place)
) STRICT;

INSERT INTO request_files_6 SELECT version, place, role, path, digest FROM request_files;

DROP TABLE request_files;

ALTER TABLE request_files_6 RENAME TO request_files;
