-- People who can log in.
create table eqp_user (
  id                  varchar(36)              not null primary key,
  username            varchar(100)             not null,
  -- Lower case: no two usernames differ in their case only.
  username_key        varchar(100)             not null unique,
  password_hash       varchar(500)             default null,
  display_name        varchar(200)             not null,
  language            varchar(35)              default null,
  enabled             boolean                  default true not null,
  -- Who they are at another OpenID provider, if they log in there.
  issuer              varchar(500)             default null,
  subject             varchar(255)             default null,
  created_at          timestamp with time zone not null,
  password_changed_at timestamp with time zone default null,
  last_login_at       timestamp with time zone default null,
  unique (issuer, subject)
);

-- As whom of the record they act; the lowest position is themselves.
create table eqp_user_person (
  user_id  varchar(36)  not null references eqp_user (id) on delete cascade,
  position integer      not null,
  person   varchar(100) not null,
  primary key (user_id, position),
  unique (user_id, person)
);
create index eqp_user_person_person on eqp_user_person (person);

-- Links with which people choose a password: stored as hashes, used once, for a time.
create table eqp_password_link (
  link_hash  varchar(64)              not null primary key,
  user_id    varchar(36)              not null references eqp_user (id) on delete cascade,
  expires_at timestamp with time zone not null
);
create index eqp_password_link_user on eqp_password_link (user_id);

-- Passwords that were wrong, by what was tried (the hash of a name, known or not, or of an address), for all nodes.
create table eqp_login_attempt (
  tried        varchar(64)              not null primary key,
  failures     integer                  not null,
  last_at      timestamp with time zone not null,
  locked_until timestamp with time zone default null
);
create index eqp_login_attempt_last on eqp_login_attempt (last_at);

-- Sessions of the pages, for all nodes: the tables of Spring Session 3.5.
create table eqp_session (
  primary_id            char(36)    not null primary key,
  session_id            char(36)    not null,
  creation_time         bigint      not null,
  last_access_time      bigint      not null,
  max_inactive_interval int         not null,
  expiry_time           bigint      not null,
  principal_name        varchar(100)
);
create unique index eqp_session_id on eqp_session (session_id);
create index eqp_session_expiry on eqp_session (expiry_time);
create index eqp_session_principal on eqp_session (principal_name);

create table eqp_session_attributes (
  session_primary_id char(36)     not null references eqp_session (primary_id) on delete cascade,
  attribute_name     varchar(200) not null,
  attribute_bytes    bytea        not null,
  primary key (session_primary_id, attribute_name)
);
