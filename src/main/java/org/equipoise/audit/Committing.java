package org.equipoise.audit;

import ca.uhn.fhir.rest.server.exceptions.InternalErrorException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.equipoise.fhir.AccessEvent;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * What one database transaction has to tell when it commits: kept by its own connection, so that it
 * stands or falls with what it tells of. A transaction that is tried again begins anew.
 */
final class Committing implements TransactionSynchronization {

  /** What one request did in the transaction; told the patients who are told of it already. */
  interface Account {
    List<AccessEvent> events(Set<String> told);
  }

  private final AccessEvents store;
  private final Map<Told, List<Account>> accounts = new LinkedHashMap<>();
  private final Map<Told, List<AccessEvent>> events = new LinkedHashMap<>();

  private Committing(AccessEvents store) {
    this.store = store;
  }

  /** Of the open transaction. */
  static Committing ofTransaction(AccessEvents store) {
    for (TransactionSynchronization one : TransactionSynchronizationManager.getSynchronizations()) {
      if (one instanceof Committing committing) {
        return committing;
      }
    }
    Committing committing = new Committing(store);
    TransactionSynchronizationManager.registerSynchronization(committing);
    return committing;
  }

  /** Events that stand in the open transaction already. */
  void kept(Told told, List<AccessEvent> kept) {
    events.computeIfAbsent(told, key -> new ArrayList<>()).addAll(kept);
  }

  /**
   * The account of a request, begun where there is none yet.
   *
   * @param kind one for each kind and request
   */
  <T extends Account> T account(Told told, Class<T> kind, Function<Told, T> begin) {
    List<Account> all = accounts.computeIfAbsent(told, key -> new ArrayList<>());
    for (Account one : all) {
      if (kind.isInstance(one)) {
        return kind.cast(one);
      }
    }
    T begun = begin.apply(told);
    all.add(begun);
    return begun;
  }

  @Override
  public void beforeCommit(boolean readOnly) {
    List<AccessEvent> all = new ArrayList<>();
    accounts.forEach(
        (told, begun) -> {
          List<AccessEvent> ofRequest = events.computeIfAbsent(told, key -> new ArrayList<>());
          Set<String> patients = ConcurrentHashMap.newKeySet();
          patients.addAll(told.patients());
          ofRequest.forEach(event -> patients.add(event.patientId().orElse("")));
          for (Account one : begun) {
            List<AccessEvent> made = one.events(patients);
            ofRequest.addAll(made);
            all.addAll(made);
          }
        });
    try {
      store.add(all);
    } catch (DataAccessException e) {
      InternalErrorException failed =
          new InternalErrorException("What was written could not be told to the patient");
      // As its cause it would have the storage engine try again, as after a lost race.
      failed.addSuppressed(e);
      throw failed;
    }
  }

  @Override
  public void afterCommit() {
    events.forEach(Told::add);
  }
}
