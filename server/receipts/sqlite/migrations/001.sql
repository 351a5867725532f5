CREATE TABLE entries (
  writer    TEXT    NOT NULL,
  seq       INTEGER NOT NULL,
  received  INTEGER NOT NULL, -- Unix milliseconds
  id        TEXT    UNIQUE,   -- NULL once it was erased
  at        INTEGER NOT NULL, -- minutes since 1970
  body      BLOB,             -- the receipt as it came; NULL once it was erased
  body_hash BLOB    NOT NULL,
  previous  BLOB    NOT NULL,
  hash      BLOB    NOT NULL,
  erased    INTEGER,          -- Unix milliseconds
  UNIQUE (writer, seq)
) STRICT;
CREATE INDEX entries_erased ON entries (body_hash) WHERE erased IS NOT NULL;

-- The last pruned link of each chain.
CREATE TABLE bases (
  writer    TEXT    PRIMARY KEY,
  seq       INTEGER NOT NULL,
  received  INTEGER NOT NULL,
  at        INTEGER NOT NULL,
  body_hash BLOB    NOT NULL,
  previous  BLOB    NOT NULL,
  hash      BLOB    NOT NULL
) STRICT;

CREATE TABLE declarations (
  hash BLOB PRIMARY KEY,
  text BLOB NOT NULL
) STRICT;

CREATE TABLE heads (
  writer    TEXT    NOT NULL,
  day       TEXT    NOT NULL,
  seq       INTEGER NOT NULL,
  hash      BLOB    NOT NULL,
  previous  BLOB    NOT NULL,
  key       TEXT    NOT NULL,
  signature BLOB    NOT NULL,
  PRIMARY KEY (writer, day)
) STRICT;

-- What is written to see whether anything can be.
CREATE TABLE checks (
  n  INTEGER PRIMARY KEY CHECK (n = 1),
  at INTEGER NOT NULL
) STRICT;
