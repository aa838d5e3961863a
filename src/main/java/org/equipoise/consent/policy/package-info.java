/**
 * What all the statements of a patient together mean for a use of AI ({@link
 * org.equipoise.consent.policy.ConsentPolicy}, pure), in which words people are told ({@link
 * org.equipoise.consent.policy.ConsentWords}), where it is kept for each decision to read ({@link
 * org.equipoise.consent.policy.RecordedConsents}), and the operations that ask: {@code
 * $evaluate-ai-use} and {@code $guardrails}.
 */
package org.equipoise.consent.policy;
