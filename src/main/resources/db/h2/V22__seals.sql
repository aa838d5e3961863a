-- Who walks over the access events, and how far each has come. A gap below is a number that was given out and does not
-- show: its transaction is still open, or was rolled back.
create table eqp_access_walk (
  name      varchar(40) not null primary key,
  last_id   bigint      not null,
  walked_at timestamp(6) with time zone -- null before the first step
);
insert into eqp_access_walk (name, last_id) values ('seal', 0), ('watch', 0);

create table eqp_access_gap (
  walk     varchar(40) not null references eqp_access_walk (name),
  first_id bigint      not null,
  last_id  bigint      not null,
  noticed  timestamp(6) with time zone not null,
  primary key (walk, first_id)
);

-- Closed blocks of access events, each with the hash of the block before it. Rows are added and never changed.
create table eqp_access_seal (
  number    bigint       not null primary key, -- 1, 2, 3 ...
  algorithm varchar(16)  not null,
  first_id  bigint       not null,
  last_id   bigint       not null,
  events    integer      not null,
  missing   text         not null, -- numbers in between that never showed, e.g. 17-19 25
  late      text         not null, -- numbers of earlier blocks that showed only now
  vanished  text         not null, -- numbers that had been seen and were gone when the block was closed
  earliest  timestamp(6) with time zone, -- of its events
  latest    timestamp(6) with time zone,
  sealed    timestamp(6) with time zone not null,
  rows_list bytea        not null, -- for each event its number (8 bytes) and the SHA-256 of its canonical form (32)
  previous  varchar(64)  not null,
  hash      varchar(64)  not null
);

-- Blocks whose events were moved from the database to a file.
create table eqp_access_archive (
  seal     bigint       not null primary key references eqp_access_seal (number),
  file     varchar(200) not null,
  hash     varchar(64)  not null, -- SHA-256 of the file
  archived timestamp(6) with time zone not null
);
