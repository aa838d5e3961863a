/**
 * Second opinions: somebody independent is asked whether a document is right, reads what the
 * patient shows them, and answers.
 */
package org.equipoise.opinion;
