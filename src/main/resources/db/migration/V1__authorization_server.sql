-- Tables of Spring Authorization Server 1.5, with text where its own schema has short character columns: granular
-- SMART scopes overflow those.

create table oauth2_registered_client (
  id                            varchar(100)  not null primary key,
  client_id                     varchar(100)  not null unique,
  client_id_issued_at           timestamp     default current_timestamp not null,
  client_secret                 varchar(200)  default null,
  client_secret_expires_at      timestamp     default null,
  client_name                   varchar(200)  not null,
  client_authentication_methods text          not null,
  authorization_grant_types     text          not null,
  redirect_uris                 text          default null,
  post_logout_redirect_uris     text          default null,
  scopes                        text          not null,
  client_settings               text          not null,
  token_settings                text          not null
);

create table oauth2_authorization (
  id                            varchar(100)  not null primary key,
  registered_client_id          varchar(100)  not null,
  principal_name                varchar(200)  not null,
  authorization_grant_type      varchar(100)  not null,
  authorized_scopes             text          default null,
  attributes                    text          default null,
  state                         varchar(500)  default null,
  authorization_code_value      text          default null,
  authorization_code_issued_at  timestamp     default null,
  authorization_code_expires_at timestamp     default null,
  authorization_code_metadata   text          default null,
  access_token_value            text          default null,
  access_token_issued_at        timestamp     default null,
  access_token_expires_at       timestamp     default null,
  access_token_metadata         text          default null,
  access_token_type             varchar(100)  default null,
  access_token_scopes           text          default null,
  oidc_id_token_value           text          default null,
  oidc_id_token_issued_at       timestamp     default null,
  oidc_id_token_expires_at      timestamp     default null,
  oidc_id_token_metadata        text          default null,
  refresh_token_value           text          default null,
  refresh_token_issued_at       timestamp     default null,
  refresh_token_expires_at      timestamp     default null,
  refresh_token_metadata        text          default null,
  user_code_value               text          default null,
  user_code_issued_at           timestamp     default null,
  user_code_expires_at          timestamp     default null,
  user_code_metadata            text          default null,
  device_code_value             text          default null,
  device_code_issued_at         timestamp     default null,
  device_code_expires_at        timestamp     default null,
  device_code_metadata          text          default null
);

create table oauth2_authorization_consent (
  registered_client_id varchar(100) not null,
  principal_name       varchar(200) not null,
  authorities          text         not null,
  primary key (registered_client_id, principal_name)
);

-- Keys that sign tokens: shared by all nodes, kept over restarts.
create table eqp_signing_key (
  kid        varchar(64) not null primary key,
  jwk        text        not null,
  created_at timestamp   default current_timestamp not null
);

-- Client assertions already seen: one may be used once (RFC 7523 section 3, jti).
create table eqp_client_assertion (
  client_id  varchar(100) not null,
  jti        varchar(200) not null,
  expires_at timestamp    not null,
  primary key (client_id, jti)
);
create index eqp_client_assertion_expiry on eqp_client_assertion (expires_at);
