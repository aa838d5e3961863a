/**
 * Wearable data in bulk: what an app or a phone exports is taken in whole, read in the background,
 * and kept value by value. See {@code docs/wearables.md}.
 */
package org.equipoise.wearable;
