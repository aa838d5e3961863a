-- Until when it is known that no yes of the patient covered a parked document: a yes that counted since releases it,
-- though it may have ended.
alter table eqp_parked add column checked_at timestamp with time zone default current_timestamp not null;

-- Which service wrote what is about a patient: what it says later of its own comes from its own parked document is
-- hidden with that.
create table eqp_written_by (
  content   varchar(130) not null primary key, -- e.g. Observation/2
  client_id varchar(500) not null
);

-- Who says that things come from each other waits for who says so of the same: one row for many of them.
create table eqp_ai_content_lock (
  slot integer not null primary key
);
insert into eqp_ai_content_lock (slot)
with recursive slots (slot) as (
  select 0
  union all
  select slot + 1 from slots where slot < 255
)
select slot from slots;
