/**
 * The watch over accesses: rules of what is unusual ({@link
 * org.equipoise.audit.watch.UnusualAccess}, pure), and the job that holds each new event to them.
 */
package org.equipoise.audit.watch;
