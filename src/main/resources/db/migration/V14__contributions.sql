-- By what a contribution of a patient is known again; one row for each way, so that two calls that race make one.
create table eqp_contribution (
  patient_id  varchar(64)  not null,
  item_key    varchar(64)  not null, -- SHA-256, hexadecimal
  resource    varchar(128) not null, -- Observation/3
  primary key (patient_id, item_key)
);
create index eqp_contribution_resource on eqp_contribution (resource);

-- What a patient contributed and nobody has looked at yet.
create table eqp_waiting (
  resource    varchar(128) not null primary key,
  patient_id  varchar(64)  not null,
  since       timestamp with time zone not null
);
create index eqp_waiting_patient on eqp_waiting (patient_id, since);
