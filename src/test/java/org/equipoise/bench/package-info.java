/**
 * What {@code bench/run} runs: measures of speed and memory against servers that it starts itself.
 * No test: nothing here passes or fails. See {@code bench/README.md}.
 */
package org.equipoise.bench;
