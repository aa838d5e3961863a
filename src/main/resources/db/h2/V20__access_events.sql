-- One row for each access and patient: who opened what, when and why. Rows are added and never changed.
-- The number is given out one by one, so that a missing one can be noticed.
create sequence eqp_access_event_seq start with 1 increment by 1 no cache;

create table eqp_access_event (
  id           bigint       default next value for eqp_access_event_seq not null,
  recorded     timestamp(6) with time zone default current_timestamp not null,
  request      varchar(64),
  door         varchar(24)  not null,
  operation    varchar(64),
  outcome      smallint     not null,
  status       smallint     not null,
  client       varchar(200),
  person       varchar(80),
  device       varchar(80),
  organization varchar(80),
  purpose      varchar(64),
  ground       varchar(24)  not null,
  address      varchar(45),
  patient      varchar(64),
  entities     varchar,
  more         integer      default 0 not null,
  query        varchar,
  resource     varchar,
  source       varchar(200),
  primary key (id, recorded)
);
create index eqp_access_event_patient on eqp_access_event (patient, recorded);
create index eqp_access_event_person on eqp_access_event (person, recorded);
create index eqp_access_event_recorded on eqp_access_event (recorded);
