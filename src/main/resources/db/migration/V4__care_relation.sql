-- Which clinicians care for which patients, as the record says it. Kept in the transactions that change the record.
create table eqp_care_relation (
  source     varchar(80) not null, -- what says so, e.g. Encounter/1
  member     varchar(90) not null, -- Practitioner/7 or PractitionerRole/8
  patient_id varchar(64) not null,
  kind       varchar(20) not null, -- encounter, care-team, general, registration, break-glass
  ended_at   timestamp with time zone default null,
  primary key (source, member, patient_id)
);
create index eqp_care_relation_member on eqp_care_relation (member, patient_id);
create index eqp_care_relation_patient on eqp_care_relation (patient_id, member);

-- Whose role a PractitionerRole is.
create table eqp_practitioner_role (
  role_id         varchar(64) not null primary key,
  practitioner_id varchar(64) not null,
  ended_at        timestamp with time zone default null
);
create index eqp_practitioner_role_person on eqp_practitioner_role (practitioner_id);
