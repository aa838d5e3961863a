/**
 * How a permit is taken back ({@code $withdraw-consent}), and what follows from it: what stops,
 * what cannot be undone, and who has to do something now.
 */
package org.equipoise.consent.withdrawal;
