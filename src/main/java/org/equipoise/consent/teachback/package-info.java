/**
 * Whether a patient understood what they are asked: the questions ({@code $teach-back}) and the
 * score of the answers ({@link org.equipoise.consent.teachback.TeachBack}, pure).
 */
package org.equipoise.consent.teachback;
