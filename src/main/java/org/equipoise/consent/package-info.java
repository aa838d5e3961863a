/**
 * What a patient decided about AI: attaching a decision to an AI document, judging whether it
 * counts, and telling other features about it. {@link org.equipoise.consent.ConsentPolicy} and
 * {@link org.equipoise.consent.AttachConsent} are pure; {@link
 * org.equipoise.consent.AttachConsentProvider} and {@link
 * org.equipoise.consent.RecordedConsentStatements} are thin adapters around them.
 */
package org.equipoise.consent;
