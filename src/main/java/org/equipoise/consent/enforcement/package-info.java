/**
 * What patients decided about AI, held where data flows: which documents AIs may write, and what
 * AIs and other organisations see of the record. See {@code docs/consent-enforcement.md}.
 */
package org.equipoise.consent.enforcement;
