/**
 * The pages for people: login, choice of a patient, consent to an app, and the apps that somebody
 * has allowed. HTML that works without script, in English and Spanish.
 */
package org.equipoise.app;
