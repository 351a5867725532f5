CREATE TABLE octroi_writers (
  number   integer PRIMARY KEY,
  name     text COLLATE "C" NOT NULL UNIQUE,
  seq      bigint NOT NULL,       -- of the last entry of the chain
  hash     bytea NOT NULL,        -- its hash
  received timestamptz            -- when it was received; none before the first
);

-- The order of columns leaves no gaps between them. What is unique is said of each month's table.
CREATE TABLE octroi_receipts (
  received  timestamptz NOT NULL,
  at        timestamptz NOT NULL,
  seq       bigint NOT NULL,
  writer    integer NOT NULL,
  id        uuid,                -- none once it was erased
  body_hash bytea NOT NULL,
  previous  bytea NOT NULL,
  hash      bytea NOT NULL,
  body      bytea,               -- none once it was erased
  erased    timestamptz
) PARTITION BY RANGE (received);

-- The last pruned link of each chain.
CREATE TABLE octroi_bases (
  writer    integer PRIMARY KEY,
  seq       bigint NOT NULL,
  received  timestamptz NOT NULL,
  at        timestamptz NOT NULL,
  body_hash bytea NOT NULL,
  previous  bytea NOT NULL,
  hash      bytea NOT NULL
);

CREATE TABLE octroi_declarations (
  hash bytea PRIMARY KEY,
  body bytea NOT NULL
);

CREATE TABLE octroi_heads (
  writer    text COLLATE "C",
  day       text COLLATE "C",
  seq       bigint NOT NULL,
  hash      bytea NOT NULL,
  previous  bytea NOT NULL,
  key       text NOT NULL,
  signature bytea NOT NULL,
  PRIMARY KEY (writer, day)
);

-- Written by each check of whether the database can be written.
CREATE TABLE octroi_check (
  one integer PRIMARY KEY,
  at  timestamptz NOT NULL
);
