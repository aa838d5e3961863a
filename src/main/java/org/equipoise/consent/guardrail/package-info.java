/**
 * Guardrails against undue influence on a patient who decides about AI: what they are ({@link
 * org.equipoise.consent.guardrail.Guardrail}), how this house has set them, and what they say about
 * a choice ({@link org.equipoise.consent.guardrail.Guardrails}). Pure; the rest of the feature asks
 * here, and nothing here knows the rest.
 */
package org.equipoise.consent.guardrail;
