-- Who was asked for a second opinion, and what they may read. Kept in the transactions that write
-- the requests, their consents and the answers.

-- The requests that are open or answered.
create table eqp_second_opinion (
  request_id  varchar(64) not null primary key,
  patient_id  varchar(64) not null,
  document_id varchar(64) not null,
  blinded     boolean     not null,
  answered    boolean     not null
);

-- Who is asked: Practitioner/1 or Device/2.
create table eqp_second_opinion_asked (
  asked      varchar(80) not null,
  request_id varchar(64) not null references eqp_second_opinion (request_id) on delete cascade,
  primary key (asked, request_id)
);
create index eqp_second_opinion_asked_request on eqp_second_opinion_asked (request_id);

-- What a consent in force shows to them, one by one.
create table eqp_second_opinion_share (
  consent_id varchar(64)  not null,
  resource   varchar(130) not null, -- e.g. DocumentReference/3
  request_id varchar(64)  not null,
  starts_at  timestamp with time zone not null,
  ends_at    timestamp with time zone not null,
  primary key (consent_id, resource)
);
create index eqp_second_opinion_share_request on eqp_second_opinion_share (request_id);

-- The answers.
create table eqp_second_opinion_answer (
  document_id varchar(64) not null primary key,
  request_id  varchar(64) not null,
  author      varchar(80) not null -- Practitioner/1 or Device/2
);
create index eqp_second_opinion_answer_request on eqp_second_opinion_answer (request_id);
