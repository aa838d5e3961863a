-- Tokens and codes are kept as hashes (SHA-256, 50 characters), so that who reads the database cannot use them, and
-- can be indexed. What was issued before lived for five minutes.
delete from oauth2_authorization;
alter table oauth2_authorization alter column authorization_code_value set data type varchar(100);
alter table oauth2_authorization alter column access_token_value set data type varchar(100);
alter table oauth2_authorization alter column oidc_id_token_value set data type varchar(100);
alter table oauth2_authorization alter column refresh_token_value set data type varchar(100);
alter table oauth2_authorization add column created_at timestamp default current_timestamp not null;
create index oauth2_authorization_state on oauth2_authorization (state);
create index oauth2_authorization_code on oauth2_authorization (authorization_code_value);
create index oauth2_authorization_access_token on oauth2_authorization (access_token_value);
create index oauth2_authorization_id_token on oauth2_authorization (oidc_id_token_value);
create index oauth2_authorization_refresh_token on oauth2_authorization (refresh_token_value);
create index oauth2_authorization_principal on oauth2_authorization (principal_name);
create index oauth2_authorization_client on oauth2_authorization (registered_client_id);

-- Access tokens that count: one that has no row here is refused, so that revoking acts at once on every node.
create table eqp_access_token (
  jti              varchar(100) not null primary key,
  authorization_id varchar(100) references oauth2_authorization (id) on delete cascade,
  expires_at       timestamp    not null
);
create index eqp_access_token_authorization on eqp_access_token (authorization_id);
create index eqp_access_token_expiry on eqp_access_token (expires_at);

-- Refresh tokens that were used: whoever comes with one again has stolen it, or was stolen from.
create table eqp_spent_refresh_token (
  token_hash       varchar(100) not null primary key,
  authorization_id varchar(100) not null references oauth2_authorization (id) on delete cascade
);
create index eqp_spent_refresh_token_authorization on eqp_spent_refresh_token (authorization_id);

-- Launches that an EHR registered and no app has used yet.
create table eqp_launch (
  launch_hash varchar(100) not null primary key,
  ehr_client  varchar(100) not null,
  app_client  varchar(100) not null,
  person      varchar(200) not null,
  context     text         not null,
  expires_at  timestamp    not null
);
create index eqp_launch_expiry on eqp_launch (expires_at);

-- A key signs from its time on; it is published before that, and after its successor has taken over.
alter table eqp_signing_key add column signs_from timestamp default current_timestamp not null;
