package org.equipoise.transparency;

/**
 * How much of everything a story shows at most, the newest of it: a record of any size is answered
 * in bounded time, and what was left out is said.
 *
 * @param each versions, related documents, Provenances, inputs and tasks of one document
 * @param consents consents of the patient that are weighed
 */
record StoryLimits(int each, int consents) {

  /** No more than so many of a kind are read for a page of documents. */
  private static final int MOST = 1000;

  int versions() {
    return each;
  }

  int related(int documents) {
    return all(documents);
  }

  int provenances(int documents) {
    return all(documents);
  }

  int inputs(int documents) {
    return all(documents);
  }

  int tasks(int documents) {
    return all(documents);
  }

  int audits(int documents) {
    return all(documents);
  }

  int decisions(int documents) {
    return all(documents);
  }

  /** Of all of a patient's documents, since no search finds those of one. */
  int requests() {
    return MOST;
  }

  int consentVersions() {
    return 4 * consents;
  }

  private int all(int documents) {
    return Math.max(each, Math.min(MOST, each * documents));
  }
}
