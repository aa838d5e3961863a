/**
 * How a decision is recorded: a patient allows or refuses ({@code $attach-consent}, {@code
 * $decide-ai-use}), a clinician witnesses it, a neutral person finds that it is free ({@code
 * $confirm-free-choice}). {@link org.equipoise.consent.recording.RecordConsent} and what it is made
 * of are pure; {@code ConsentRecorder} reads and writes around them.
 */
package org.equipoise.consent.recording;
