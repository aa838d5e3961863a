package org.equipoise.security.access;

import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.jpa.searchparam.matcher.SearchParamMatcher;
import ca.uhn.fhir.model.api.IQueryParameterType;
import ca.uhn.fhir.rest.api.RestSearchParameterTypeEnum;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import java.util.Set;
import org.equipoise.security.scope.EnforceableScopes;
import org.equipoise.security.scope.SmartScope;
import org.equipoise.security.scope.SmartScope.Condition;
import org.hl7.fhir.r4.model.Resource;

/** Judges a resource by the query of a granular scope, with HAPI's matcher, in memory. */
final class ScopeQueries implements AccessRules.Queries {

  private final ISearchParamRegistry parameters;
  private final SearchParamMatcher matcher;
  private final EnforceableScopes enforceable;

  ScopeQueries(
      ISearchParamRegistry parameters, SearchParamMatcher matcher, EnforceableScopes enforceable) {
    this.parameters = parameters;
    this.matcher = matcher;
    this.enforceable = enforceable;
  }

  @Override
  public boolean canJudge(Set<String> scopes) {
    return enforceable.problemWith(scopes).isEmpty();
  }

  @Override
  public boolean match(SmartScope scope, Resource resource) {
    SearchParameterMap query = new SearchParameterMap();
    for (Condition condition : scope.query()) {
      RuntimeSearchParam parameter =
          parameters.getActiveSearchParam(
              scope.resourceType(),
              condition.parameter(),
              ISearchParamRegistry.SearchParamLookupContextEnum.SEARCH);
      if (parameter == null) {
        return false;
      }
      query.add(condition.parameter(), parameter(parameter, condition));
    }
    return matcher.match(query, resource).matched();
  }

  /** The condition as HAPI has it; of type token or reference. */
  static IQueryParameterType parameter(RuntimeSearchParam parameter, Condition condition) {
    if (parameter.getParamType() == RestSearchParameterTypeEnum.REFERENCE) {
      return new ReferenceParam(condition.value());
    }
    int bar = condition.value().indexOf('|');
    return bar < 0
        ? new TokenParam(condition.value())
        : new TokenParam(condition.value().substring(0, bar), condition.value().substring(bar + 1));
  }
}
