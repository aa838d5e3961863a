-- Whether an AuditEvent that is kept whole has this code as its type, or among its subtypes. The system: null for any, ''
-- for a code without one. jsonb takes all that JSON may hold but \u0000.
create function eqp_event_has_code(event text, element text, code_system text, code text) returns boolean
language sql immutable parallel safe as $$
  select jsonb_path_exists(
    replace(event, '\u0000', '\u0020')::jsonb,
    ('$."' || element || '"[*] ? (@.code == $code'
      || ' && ($system == null || @.system == $system || ($system == "" && !exists(@.system))))')::jsonpath,
    jsonb_build_object('code', code, 'system', code_system))
$$;
