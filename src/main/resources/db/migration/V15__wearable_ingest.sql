-- Wearable data that was taken in and is read in the background, by any node.

create table eqp_ingest (
  id          varchar(36)  not null primary key,
  patient_id  varchar(64)  not null,
  client_id   varchar(500) not null,
  caller      text         not null, -- whose request it was, as JSON
  language    varchar(20)  not null,
  format      varchar(20)  not null,
  source      varchar(200) not null,
  request_id  varchar(200) default null,
  body_hash   varchar(64)  default null, -- SHA-256 of the file
  state       varchar(10)  not null, -- receiving, waiting, running, done, failed
  records     bigint       default 0 not null, -- read and set aside so far
  all_read    boolean      default false not null,
  refusals    integer      default 0 not null, -- rows of eqp_ingest_refused
  attempts    integer      default 0 not null, -- that ended in a failure
  first_at    timestamp with time zone default null,
  last_at     timestamp with time zone default null,
  owner       varchar(36)  default null, -- the node at work
  lease_until timestamp with time zone not null, -- until then nobody else is
  created_at  timestamp with time zone not null,
  changed_at  timestamp with time zone not null
);
create index eqp_ingest_patient on eqp_ingest (patient_id);
create index eqp_ingest_state on eqp_ingest (state);

-- What was sent, decompressed and then compressed by gzip, in pieces.
create table eqp_ingest_part (
  ingest_id varchar(36) not null references eqp_ingest (id) on delete cascade,
  number    integer     not null,
  content   bytea       not null,
  primary key (ingest_id, number)
);

-- What was read of it and is not written yet: values of one measure, device and day, or one Observation.
create table eqp_ingest_staged (
  ingest_id varchar(36)  not null references eqp_ingest (id) on delete cascade,
  bucket    varchar(120) not null,
  part      bigint       not null, -- the record that it was read from, of values the first
  head      text         not null,
  body      text         not null,
  primary key (ingest_id, bucket, part)
);

-- How many of what came to what.
create table eqp_ingest_tally (
  ingest_id varchar(36)  not null references eqp_ingest (id) on delete cascade,
  subject   varchar(200) not null,
  outcome   varchar(10)  not null, -- accepted, duplicate, rejected, series, single
  amount    bigint       not null,
  primary key (ingest_id, subject, outcome)
);

-- What was refused, and why.
create table eqp_ingest_refused (
  ingest_id varchar(36)   not null references eqp_ingest (id) on delete cascade,
  number    integer       not null,
  record    bigint        not null, -- of many of one kind the first
  kind      varchar(200)  default null,
  code      varchar(30)   not null, -- issue type of an OperationOutcome
  reason    varchar(2000) not null,
  amount    bigint        not null,
  primary key (ingest_id, number)
);
create index eqp_ingest_refused_kind on eqp_ingest_refused (ingest_id, kind);
