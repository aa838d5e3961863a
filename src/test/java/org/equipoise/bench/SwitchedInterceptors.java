package org.equipoise.bench;

import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.interceptor.executor.InterceptorService;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * HAPI's interceptors, some of which can be passed over. They stay registered: to register one anew
 * makes a new reflective call of each of its hooks, which is slow at first and counts for whatever
 * is measured next.
 */
final class SwitchedInterceptors extends InterceptorService {

  private final Set<Class<?>> part;
  private final BooleanSupplier isOff;

  /**
   * @param part the classes of those that are passed over
   * @param isOff whether they are now
   */
  SwitchedInterceptors(Set<Class<?>> part, BooleanSupplier isOff) {
    this.part = part;
    this.isOff = isOff;
  }

  /** Looked through in either case, so that this costs the same. HAPI hands out its own list. */
  @Override
  public List<IInvoker> getInvokersForPointcut(Pointcut pointcut) {
    boolean off = isOff.getAsBoolean();
    List<IInvoker> invokers = new ArrayList<>();
    for (IInvoker one : super.getInvokersForPointcut(pointcut)) {
      if (!part.contains(one.getInterceptor().getClass()) || !off) {
        invokers.add(one);
      }
    }
    return invokers;
  }
}
