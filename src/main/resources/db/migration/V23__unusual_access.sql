-- What the watch over accesses finds and remembers. All of it is written in the transactions in which the watch goes on.

-- By which rule an event is unusual, each once.
create table eqp_access_flag (
  event_id bigint       not null,
  rule     varchar(32)  not null, -- CodeSystem/unusual-access
  found_at timestamp(6) with time zone not null,
  counted  integer,
  usual    integer,
  primary key (event_id, rule)
);

-- How many patients' records somebody opened on a day.
create table eqp_access_habit (
  agent    varchar(220) not null, -- Practitioner/1, Device/2 or client:3
  for_day  date         not null,
  kind     varchar(300),          -- who is like them; none where nobody is
  patients integer      not null,
  primary key (agent, for_day)
);
create index eqp_access_habit_kind on eqp_access_habit (kind, for_day);

-- Which patients those were; forgotten when the day is over.
create table eqp_access_habit_patient (
  agent   varchar(220) not null,
  for_day date         not null,
  patient varchar(64)  not null,
  primary key (agent, for_day, patient)
);
create index eqp_access_habit_patient_day on eqp_access_habit_patient (for_day);

-- How often somebody was refused in a minute; forgotten soon.
create table eqp_access_refused (
  agent     varchar(220) not null,
  in_minute timestamp(0) with time zone not null,
  refusals  integer      not null,
  primary key (agent, in_minute)
);
create index eqp_access_refused_minute on eqp_access_refused (in_minute);

-- What an AI that documents has to do with a patient: the look after which it has written nothing yet, and when it
-- wrote last.
create table eqp_access_scribe (
  device   varchar(80)  not null,
  patient  varchar(64)  not null,
  event_id bigint,
  looked   timestamp(6) with time zone,
  wrote    timestamp(6) with time zone,
  primary key (device, patient)
);
create index eqp_access_scribe_looked on eqp_access_scribe (looked);

-- The Task that asks the privacy officer about somebody, a patient and a rule on a day; the latest, where one was
-- closed and more happened. Without a patient where the rule is about all that they did.
create table eqp_access_task (
  agent   varchar(220) not null,
  patient varchar(64)  not null, -- '' for none
  rule    varchar(32)  not null,
  for_day date         not null,
  task_id varchar(64)  not null,
  events  integer      not null,
  primary key (agent, patient, rule, for_day)
);
create index eqp_access_task_id on eqp_access_task (task_id);

-- Events that could not be judged.
create table eqp_access_unjudged (
  event_id bigint       not null primary key,
  given_up timestamp(6) with time zone not null
);
