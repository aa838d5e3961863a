/**
 * Decisions that a patient and a clinician take together: what they must say, how each signs for
 * their own side alone, and what comes of them when both have.
 */
package org.equipoise.decision;
