package org.equipoise.server;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.SortSpec;

/**
 * Gives every search one order in which no two matches are equal. Pages are cut by offset, each by
 * a query of its own; without a last word on the order, a database may show one match on two pages
 * and another on none.
 */
@Interceptor
class StableOrder {

  @Hook(Pointcut.STORAGE_PRESEARCH_REGISTERED)
  public void order(SearchParameterMap search) {
    SortSpec last = new SortSpec(Constants.PARAM_PID);
    SortSpec sort = search.getSort();
    if (sort == null) {
      search.setSort(last);
      return;
    }
    while (sort.getChain() != null) {
      sort = sort.getChain();
    }
    if (!Constants.PARAM_PID.equals(sort.getParamName())) {
      sort.setChain(last);
    }
  }
}
