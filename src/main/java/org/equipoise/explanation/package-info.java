/**
 * Attaching plain-language explanations to AI documents: what {@code $attach-explanation} does.
 *
 * <p>The way of a call: {@link org.equipoise.explanation.AttachExplanationProvider} receives it,
 * {@link org.equipoise.explanation.AttachExplanationRequest} reads it, {@link
 * org.equipoise.explanation.AttachExplanationExecutor} gathers what the rule needs, and {@link
 * org.equipoise.explanation.AttachExplanation}, which is pure, decides what to write.
 */
package org.equipoise.explanation;
