-- Calls of operations that carry a requestId: what was asked and what was answered.
create table eqp_request (
  client_id  varchar(100) not null,
  subject    varchar(200) not null,
  operation  varchar(100) not null,
  request_id varchar(200) not null,
  body_hash  varchar(64)  not null,
  answer     text         default null,
  created_at timestamp    default current_timestamp not null,
  primary key (client_id, subject, operation, request_id)
);

-- Rows to lock: a name is hashed to one of 1,024 slots. Fixed rows, so that taking a lock is one statement, never an
-- insert, and the table never grows.
create table eqp_lock (
  slot integer not null primary key
);
insert into eqp_lock (slot)
with recursive slots (slot) as (
  select 0
  union all
  select slot + 1 from slots where slot < 1023
)
select slot from slots;
