-- When a clinician last opened a version of an AI document: the start of the time that they can have looked at it.
create table eqp_document_view (
  practitioner_id varchar(64) not null,
  document_id     varchar(64) not null,
  version_id      bigint      not null,
  viewed_at       timestamp with time zone not null,
  primary key (practitioner_id, document_id, version_id)
);
