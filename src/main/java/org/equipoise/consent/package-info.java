/**
 * What patients decide about AI, in rooms of which each knows only those before it: {@link
 * org.equipoise.consent.guardrail}, {@link org.equipoise.consent.statement}, {@link
 * org.equipoise.consent.policy}, {@link org.equipoise.consent.teachback}, {@link
 * org.equipoise.consent.recording}, {@link org.equipoise.consent.withdrawal}; and {@link
 * org.equipoise.consent.enforcement}, which knows statement and policy alone.
 */
package org.equipoise.consent;
