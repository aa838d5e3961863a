-- What consent is enforced on. Kept in the transactions that change the record.

-- What one resource says of where another comes from: derived, extracted, attached or about.
create table eqp_ai_link (
  source  varchar(130) not null, -- what says so, e.g. Provenance/1
  derived varchar(130) not null, -- e.g. Observation/2
  origin  varchar(130) not null, -- e.g. DocumentReference/3
  primary key (source, derived, origin)
);
create index eqp_ai_link_derived on eqp_ai_link (derived);
create index eqp_ai_link_origin on eqp_ai_link (origin);

-- The documents that AIs wrote about patients.
create table eqp_ai_document (
  document_id varchar(64) not null primary key,
  patient_id  varchar(64) not null,
  custodian   varchar(90) default null, -- Organization/4; null where nothing is said
  authors     text        not null -- the AIs: Device/5 Device/6
);
create index eqp_ai_document_patient on eqp_ai_document (patient_id);

-- What hangs on them, at whatever distance, the document itself included.
create table eqp_ai_content (
  content     varchar(130) not null, -- e.g. Observation/2
  document_id varchar(64)  not null,
  primary key (content, document_id)
);
create index eqp_ai_content_document on eqp_ai_content (document_id);

-- The AI documents that no consent covered when they were written.
create table eqp_parked (
  document_id varchar(64)  not null primary key,
  patient_id  varchar(64)  not null,
  client_id   varchar(500) not null, -- who wrote it
  task_id     varchar(64)  not null, -- asks the patient
  state       varchar(10)  not null  -- asked, or refused
);
create index eqp_parked_patient on eqp_parked (patient_id);

-- The clinicians who may see a parked document, to ask the patient about it.
create table eqp_parked_reader (
  document_id     varchar(64) not null references eqp_parked (document_id) on delete cascade,
  practitioner_id varchar(64) not null,
  primary key (document_id, practitioner_id)
);

-- For whom a Practitioner works, by a PractitionerRole.
create table eqp_practitioner_organization (
  role_id         varchar(64) not null primary key,
  practitioner_id varchar(64) not null,
  organization    varchar(90) not null, -- Organization/4
  ended_at        timestamp with time zone default null
);
create index eqp_practitioner_organization_person on eqp_practitioner_organization (practitioner_id);

-- Who writes AI documents or consents of one patient waits for the other: one row for many patients.
create table eqp_consent_lock (
  slot integer not null primary key
);
insert into eqp_consent_lock (slot)
with recursive slots (slot) as (
  select 0
  union all
  select slot + 1 from slots where slot < 63
)
select slot from slots;

-- The Consents under the policy for de-identified data alone.
create table eqp_deidentified_consent (
  consent_id varchar(64) not null primary key
);
