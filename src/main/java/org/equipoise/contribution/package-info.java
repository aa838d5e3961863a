/**
 * What patients write about themselves: their observations, documents and words, that the same item
 * sent twice is one, and that somebody looks at it. See {@code docs/contribute.md}.
 */
package org.equipoise.contribution;
