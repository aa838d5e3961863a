package org.equipoise.server;

import ca.uhn.fhir.jpa.dao.ISearchBuilder;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.Constants;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Lets the database give each match once where it could give one twice: one that has two of the
 * codes asked for, or meets two alternatives of a filter. HAPI drops the second from the page it
 * has cut by then, and the page is short, while the total is right.
 */
final class DistinctMatches implements BeanPostProcessor {

  @Override
  public Object postProcessAfterInitialization(Object bean, String name) {
    if (!(bean instanceof ISearchBuilder<?> builder)) {
      return bean;
    }
    return Proxy.newProxyInstance(
        ISearchBuilder.class.getClassLoader(),
        new Class<?>[] {ISearchBuilder.class},
        (proxy, method, arguments) -> {
          switch (method.getName()) {
            case "createQuery" -> {
              if (mayRepeat((SearchParameterMap) arguments[0])) {
                builder.setDeduplicateInDatabase(true);
              }
            }
            // It counts each once anyhow, and not by group.
            case "createCountQuery" -> builder.setDeduplicateInDatabase(false);
            default -> {
              // As it is.
            }
          }
          try {
            return method.invoke(builder, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
  }

  private static boolean mayRepeat(SearchParameterMap search) {
    return search.containsKey(Constants.PARAM_FILTER)
        || search.values().stream()
            .flatMap(both -> both.stream())
            .anyMatch(either -> either.size() > 1);
  }
}
