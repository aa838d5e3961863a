-- What patients decided about AI, flat: one row for each provision and purpose of each Consent that is in force. Kept in
-- the transactions that write the Consents.
create table eqp_consent_statement (
  consent_id       varchar(64) not null,
  position         integer     not null,
  depth            integer     not null, -- 0 the root provision, 1 an exception of it
  patient_id       varchar(64) not null,
  status           varchar(20) not null, -- active, or proposed for a permit that does not count
  permit           boolean     not null,
  purpose          varchar(40) not null, -- a code of ai-purpose
  actors           text        not null, -- Device/3 Organization/4, none for any
  documents        text        not null, -- DocumentReference/5, none for any
  started_at       timestamp with time zone default null,
  ended_at         timestamp with time zone default null,
  given_at         timestamp with time zone default null,
  items_total      integer     default null, -- the teach-back; null where nobody checked
  items_correct    integer     default null,
  items_language   varchar(64) default null,
  asked_privately  boolean     default null, -- how freely; null where nobody recorded it
  no_effect_on_care boolean    default null,
  signals          text        default null,
  primary key (consent_id, position)
);
create index eqp_consent_statement_patient on eqp_consent_statement (patient_id);
create index eqp_consent_statement_purpose on eqp_consent_statement (purpose, permit, patient_id);
