/**
 * What a patient decided about AI: deciding about one AI document or about AI at large, judging
 * what all decisions together mean for a use, and telling other features about it. {@link
 * org.equipoise.consent.ConsentReader}, {@link org.equipoise.consent.ConsentPolicy} and {@link
 * org.equipoise.consent.RecordDecision} are pure; {@link org.equipoise.consent.RecordedConsents},
 * {@link org.equipoise.consent.AttachConsentProvider} and {@link
 * org.equipoise.consent.RecordedConsentStatements} are thin adapters around them.
 */
package org.equipoise.consent;
