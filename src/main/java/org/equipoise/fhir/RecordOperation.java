package org.equipoise.fhir;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.function.Consumer;
import java.util.function.Function;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Parameters;

/**
 * The one way in which an operation changes the record: one database transaction for a call,
 * repeatable by its {@code requestId}, tried again on the server when it lost a race.
 *
 * <p>{@code requestId} (input parameter, 0..1 string, at most 200 characters): the same id with the
 * same body returns the first answer with the output parameter {@code replayed = true}, as long as
 * the caller may read the resource that the operation is called on; with another body it is refused
 * with 409. An {@code If-Match} header is compared with the version of the resource that the
 * operation is called on (412).
 */
public interface RecordOperation {

  /**
   * Runs one call.
   *
   * @param name the operation, without the dollar sign
   * @param target the resource that it is called on
   * @param input the body as received
   * @param request the HTTP request it came with
   * @param work what to do; its result is the answer. It may run more than once.
   */
  default Parameters run(
      String name,
      IdType target,
      Parameters input,
      RequestDetails request,
      Function<RecordTransaction, Parameters> work) {
    return run(name, target, input, request, open -> {}, work);
  }

  /**
   * The same, for an operation that can say of the resource's state why it is too late, which is
   * more than that the version is old.
   *
   * @param first what is asked before {@code If-Match} is; refuses by throwing
   */
  Parameters run(
      String name,
      IdType target,
      Parameters input,
      RequestDetails request,
      Consumer<RecordTransaction> first,
      Function<RecordTransaction, Parameters> work);

  /**
   * Runs a call that only reads: everything it sees is of one moment.
   *
   * @param request the HTTP request it came with
   * @param work what to read; its result is the answer. It may run more than once.
   */
  <T> T look(RequestDetails request, Function<RecordTransaction, T> work);
}
