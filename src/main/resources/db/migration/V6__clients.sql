-- What Spring Authorization Server's own table of clients does not know. A client without a row here is treated as if it
-- were not there; those of the configuration get theirs at each start.
create table eqp_client (
  id         varchar(100) not null primary key references oauth2_registered_client (id) on delete cascade,
  state      varchar(20)  not null,
  origin     varchar(20)  not null,
  changed_at timestamp    default current_timestamp not null
);
create index eqp_client_state on eqp_client (state);
