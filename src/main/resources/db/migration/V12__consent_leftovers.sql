-- Whether what is said was said when the derived thing came into being: what stood and was seen before is not hidden
-- with a parked document, whoever says later that it comes from there.
alter table eqp_ai_link add column from_birth boolean default true not null;
alter table eqp_ai_content add column from_birth boolean default true not null;

-- The Task that asks to delete a refused document; it is seen by more people than the document.
alter table eqp_parked add column notice_id varchar(64) default null;
