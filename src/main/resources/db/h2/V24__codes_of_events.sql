-- Whether an AuditEvent that is kept whole has this code as its type, or among its subtypes. The system: null for any, ''
-- for a code without one.
create alias eqp_event_has_code deterministic for 'org.equipoise.audit.KeptJson.hasCode';
