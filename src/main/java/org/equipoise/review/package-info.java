/**
 * A clinician reviews what an AI wrote: confirms, corrects or rejects it, and the record keeps who,
 * when, what was changed and how long they can have looked ({@code docs/review.md}).
 */
package org.equipoise.review;
