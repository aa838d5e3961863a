/** Access events as AuditEvents: how one looks, who may read which, and what other systems tell. */
package org.equipoise.audit.event;
