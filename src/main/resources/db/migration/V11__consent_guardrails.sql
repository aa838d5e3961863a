-- What the guardrails ask of a permit; nothing for what was decided before there were any.
alter table eqp_consent_statement add column answers_reused boolean default null; -- given for an earlier yes
alter table eqp_consent_statement add column asked_by varchar(128) default null; -- Practitioner/3
alter table eqp_consent_statement add column asked_by_treating boolean default null;
alter table eqp_consent_statement add column witnesses text default null; -- independent ones: Practitioner/4
alter table eqp_consent_statement add column awaits text default null; -- guardrails, where nothing else is missing
alter table eqp_consent_statement add column confirmed_by varchar(128) default null; -- Practitioner/5
