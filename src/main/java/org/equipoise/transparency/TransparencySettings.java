package org.equipoise.transparency;

/**
 * How much one call answers at most.
 *
 * @param limits of one story
 * @param defaultPage documents on a page where the caller does not say
 * @param largestPage documents on a page at most
 * @param mostCounted documents that the summary over all looks at, the newest of them
 */
record TransparencySettings(
    StoryLimits limits, int defaultPage, int largestPage, int mostCounted) {}
