package org.equipoise.security.access;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.searchparam.extractor.ISearchParamExtractor;
import ca.uhn.fhir.jpa.searchparam.matcher.SearchParamMatcher;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import java.time.Clock;
import java.util.Collection;
import java.util.Set;
import org.equipoise.fhir.AccessFacts;
import org.equipoise.fhir.ConsentEnforcement;
import org.equipoise.fhir.LaterRequests;
import org.equipoise.fhir.ReadScopes;
import org.equipoise.fhir.RecordContents;
import org.equipoise.fhir.RecordOperation;
import org.equipoise.fhir.SecondOpinions;
import org.equipoise.fhir.StandingCallers;
import org.equipoise.fhir.TreatingClinicians;
import org.equipoise.security.ServerAddress;
import org.equipoise.security.external.FhirTokens;
import org.equipoise.security.scope.EnforceableScopes;
import org.hl7.fhir.r4.model.IdType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** Puts the access rules together. */
@Configuration(proxyBeanMethods = false)
class AccessConfiguration {

  @Bean
  EnforceableScopes enforceableScopes(ISearchParamRegistry parameters) {
    return new EnforceableScopes(parameters);
  }

  @Bean
  CareRelations careRelation(
      JdbcTemplate jdbc, DaoRegistry records, AccessProperties properties, Clock clock) {
    return new CareRelations(jdbc, records, properties, clock);
  }

  @Bean
  TreatingClinicians treatingClinicians(CareRelations relations) {
    return new TreatingClinicians() {
      @Override
      public boolean treats(IdType person, IdType patient) {
        return "Practitioner".equals(person.getResourceType())
            && relations.treats(person.getIdPart(), patient.getIdPart());
      }

      @Override
      public Set<Treatment> among(Collection<Treatment> asked) {
        return asked.isEmpty() ? Set.of() : relations.among(asked);
      }
    };
  }

  @Bean
  CareKeeping careKeeping(CareRelations relations) {
    return new CareKeeping(relations);
  }

  @Bean
  CareRebuild careRebuild(
      JdbcTemplate jdbc,
      RecordContents record,
      CareRelations relations,
      TransactionTemplate transaction,
      AccessProperties properties) {
    return new CareRebuild(jdbc, record, relations, transaction, properties.rebuildCareRelation());
  }

  @Bean
  BreakGlassProvider breakGlassProvider(
      RecordOperation operation, CareRelations relations, AccessProperties properties) {
    return new BreakGlassProvider(operation, relations, properties.breakGlassLasts());
  }

  @Bean
  StoredResources storedResources(DaoRegistry records, JdbcTemplate jdbc, ServerAddress address) {
    return new StoredResources(records, jdbc, address.fhirBase());
  }

  @Bean
  AccessRules accessRules(
      FhirContext context,
      CareRelation care,
      ISearchParamRegistry parameters,
      SearchParamMatcher matcher,
      EnforceableScopes enforceable,
      AccessProperties properties,
      StoredResources stored,
      NeutralTasks neutralTasks,
      SecondOpinions opinions) {
    return new AccessRules(
        context,
        care,
        new ScopeQueries(parameters, matcher, enforceable),
        properties.clinicians(),
        stored::patientsOfDocumentsWith,
        neutralTasks,
        opinions);
  }

  @Bean
  ReadScopes readScopes(
      AccessRules rules, Sights sights, ISearchParamRegistry parameters, SecondOpinions opinions) {
    return new OwnScopes(rules, sights, parameters, opinions);
  }

  @Bean
  AccessFacts accessFacts(AccessRules rules, Sights sights, StoredResources stored) {
    return new JudgedAccess(rules, sights, stored);
  }

  @Bean
  LaterRequests laterRequests(
      AccessRules rules, StandingCallers standing, FhirContext context, ServerAddress address) {
    return LaterRequest.requests(rules, standing, context, address.fhirBase());
  }

  @Bean
  NeutralTasks neutralTasks(DaoRegistry records) {
    return new NeutralTasks(records);
  }

  @Bean
  Sights sights(ConsentEnforcement consent, AccessRules rules) {
    return new Sights(consent, rules);
  }

  @Bean
  ConsentAccess consentAccess(Sights sights) {
    return new ConsentAccess(sights);
  }

  @Bean
  DoorAccess doorAccess(
      AccessRules rules, Sights sights, StoredResources stored, NeutralTasks neutralTasks) {
    return new DoorAccess(rules, sights, stored, neutralTasks);
  }

  @Bean
  LastLook lastLook(FhirTokens tokens, AccessRules rules, StoredResources stored) {
    return new LastLook(tokens, rules, stored);
  }

  @Bean
  GoneResources goneResources(AccessRules rules, Sights sights, StoredResources stored) {
    return new GoneResources(rules, sights, stored);
  }

  @Bean
  RecordAccess recordAccess(
      FhirContext context,
      AccessRules rules,
      Sights sights,
      ISearchParamRegistry parameters,
      ISearchParamExtractor extractor,
      StoredResources stored,
      SecondOpinions opinions) {
    return new RecordAccess(
        context,
        rules,
        sights,
        parameters,
        stored,
        new WithheldReferences(sights, stored, extractor, parameters),
        new Includes(extractor, parameters),
        opinions);
  }
}
