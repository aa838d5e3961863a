/**
 * What a Consent says of AI: its provisions, read as flat {@link
 * org.equipoise.consent.statement.ConsentStatement}s, each for one purpose, with the proof that it
 * was understood and freely given. Pure; nothing here weighs what it reads.
 */
package org.equipoise.consent.statement;
