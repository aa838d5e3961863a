-- Whether somebody looks after who opened whose record.
alter table eqp_user add column privacy_officer boolean default false not null;

-- AuditEvents that were kept as resources before access events had a table of their own: under which number each
-- stands now. Its address stays good.
create table eqp_moved_audit_event (
  fhir_id  varchar(64) not null primary key,
  event_id bigint      not null
);
