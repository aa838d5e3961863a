/**
 * {@code $ai-transparency}: the whole story of an AI document, and of all AI documents of a
 * patient, first in plain words. It only reads.
 */
package org.equipoise.transparency;
