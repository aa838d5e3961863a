package org.equipoise.fhir;

import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;

/** Whether those whose request was answered already may still have something done for them. */
public interface StandingCallers {

  /**
   * Asks anew each time: what ended counts from its commit on, on every node.
   *
   * @throws Ended where the app was shut, its user may not log in any more, or a representative
   *     does not stand for the patient any more
   */
  void require(Caller caller);

  /** 403: nothing is done for this caller any more. The message says why, in plain words. */
  final class Ended extends ForbiddenOperationException {
    private static final long serialVersionUID = 1L;

    public Ended(String why) {
      super(why);
    }
  }
}
