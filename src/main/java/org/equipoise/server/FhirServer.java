package org.equipoise.server;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.IInterceptorService;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.api.svc.IIdHelperService;
import ca.uhn.fhir.jpa.dao.tx.HapiTransactionService;
import ca.uhn.fhir.jpa.interceptor.ForceOffsetSearchModeInterceptor;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.jpa.provider.BaseJpaResourceProvider;
import ca.uhn.fhir.jpa.provider.JpaSystemProvider;
import ca.uhn.fhir.parser.StrictErrorHandler;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.api.server.bulk.IBulkDataExportHistoryHelper;
import ca.uhn.fhir.rest.server.HardcodedServerAddressStrategy;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.provider.ResourceProviderFactory;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import jakarta.persistence.EntityManagerFactory;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.equipoise.audit.AccessRecorder;
import org.equipoise.audit.WriteRecorder;
import org.equipoise.consent.enforcement.AiContentKeeping;
import org.equipoise.consent.enforcement.ParkedNotice;
import org.equipoise.consent.policy.ConsentKeeping;
import org.equipoise.fhir.DatabaseRecordOperation;
import org.equipoise.fhir.Definitions;
import org.equipoise.fhir.FhirR4;
import org.equipoise.fhir.LaterRequests;
import org.equipoise.fhir.OperationProvider;
import org.equipoise.fhir.ReadScopes;
import org.equipoise.fhir.ReadWatch;
import org.equipoise.fhir.RecordContents;
import org.equipoise.fhir.RecordLocks;
import org.equipoise.fhir.RecordValidation;
import org.equipoise.fhir.RequestCaller;
import org.equipoise.fhir.StreamedOperation;
import org.equipoise.fhir.WriteRule;
import org.equipoise.security.Callers;
import org.equipoise.security.ServerAddress;
import org.equipoise.security.access.CareKeeping;
import org.equipoise.security.access.ConsentAccess;
import org.equipoise.security.access.DoorAccess;
import org.equipoise.security.access.GoneResources;
import org.equipoise.security.access.LastLook;
import org.equipoise.security.access.RecordAccess;
import org.equipoise.security.authorization.EndOfRepresentation;
import org.equipoise.security.authorization.LiveTokens;
import org.equipoise.security.client.RegistrationProperties;
import org.equipoise.security.traffic.RequestSizes;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.ConceptMap;
import org.hl7.fhir.r4.model.Meta;
import org.hl7.fhir.r4.model.MetadataResource;
import org.hl7.fhir.r4.model.NamingSystem;
import org.hl7.fhir.r4.model.OperationDefinition;
import org.hl7.fhir.r4.model.Questionnaire;
import org.hl7.fhir.r4.model.SearchParameter;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.hl7.fhir.r4.model.ValueSet;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.boot.info.BuildProperties;
import org.springframework.boot.web.context.WebServerApplicationContext;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Puts the FHIR endpoint together: HAPI's servlet, its providers, and what every request passes.
 */
@Configuration(proxyBeanMethods = false)
class FhirServer {

  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }

  @Bean
  Definitions definitions() {
    return Definitions.shared();
  }

  @Bean
  RecordValidation recordValidation() {
    return RecordValidation.shared();
  }

  @Bean
  WriteValidation writeValidation(RecordValidation validation) {
    return new WriteValidation(validation);
  }

  @Bean
  MetadataBytes metadataBytes(Capability capability) {
    return new MetadataBytes(capability);
  }

  @Bean
  Capability capability(
      FhirContext context,
      ISearchParamRegistry searchParameters,
      Definitions definitions,
      ServerAddress address,
      RegistrationProperties registration,
      ObjectProvider<BuildProperties> build) {
    BuildProperties properties = build.getIfAvailable();
    return new Capability(
        context,
        searchParameters,
        definitions,
        address,
        registration,
        properties == null ? "development" : properties.getVersion());
  }

  @Bean
  Startup startup(
      Definitions definitions,
      DaoRegistry daos,
      ISearchParamRegistry searchParameters,
      RecordValidation validation,
      Rehearsal rehearsal,
      MetadataBytes metadata,
      WebServerApplicationContext web,
      ServerProperties server,
      ServerAddress address,
      JwtEncoder tokens,
      LiveTokens liveTokens,
      Clock clock) {
    return new Startup(
        definitions,
        daos,
        searchParameters,
        validation,
        rehearsal,
        metadata,
        new FirstVisitor(web, server, address, tokens, liveTokens, clock));
  }

  @Bean
  Rehearsal rehearsal(
      HapiTransactionService transactions,
      DaoRegistry daos,
      IIdHelperService<JpaPid> ids,
      EntityManagerFactory entityManagers,
      FhirContext context) {
    return new Rehearsal(
        transactions,
        daos,
        ids,
        SharedEntityManagerCreator.createSharedEntityManager(entityManagers),
        context);
  }

  @Bean
  RecordContents recordContents(
      JdbcTemplate jdbc, DaoRegistry records, PlatformTransactionManager transactions) {
    return new RecordContents(jdbc, records, transactions);
  }

  @Bean
  DatabaseRecordOperation recordOperation(
      HapiTransactionService transactions,
      DaoRegistry daos,
      IIdHelperService<JpaPid> ids,
      JdbcTemplate jdbc,
      FhirContext context,
      Clock clock,
      ReadScopes scopes,
      IBulkDataExportHistoryHelper histories,
      IInterceptorService storageInterceptors,
      LaterRequests laterRequests) {
    return new DatabaseRecordOperation(
        transactions,
        daos,
        ids,
        jdbc,
        context,
        clock,
        request -> Callers.of((ServletRequestDetails) request).orElseThrow(),
        scopes,
        histories,
        storageInterceptors,
        laterRequests);
  }

  @Bean
  RequestCaller requestCaller() {
    return request ->
        request instanceof ServletRequestDetails http ? Callers.of(http) : Optional.empty();
  }

  @Bean
  RestfulServer restfulServer(
      FhirContext context,
      @Qualifier("myResourceProvidersR4") ResourceProviderFactory records,
      @Qualifier("mySystemProviderR4") JpaSystemProvider<Bundle, Meta> systemProvider,
      Capability capability,
      MetadataBytes metadata,
      Definitions definitions,
      ObjectProvider<OperationProvider> operations,
      IInterceptorService storageInterceptors,
      DaoRegistry daos,
      DoorAccess doorAccess,
      LastLook lastLook,
      GoneResources gone,
      RecordAccess recordAccess,
      CareKeeping careKeeping,
      ConsentKeeping consentKeeping,
      ConsentAccess consentAccess,
      AiContentKeeping aiContentKeeping,
      ParkedNotice parkedNotice,
      AccessRecorder accessRecorder,
      WriteRecorder writeRecorder,
      List<WriteRule> writeRules,
      List<ReadWatch> readWatches,
      WriteValidation validation,
      EndOfRepresentation representations,
      ForceOffsetSearchModeInterceptor synchronousSearch,
      PageLimits pages,
      BundleLimits bundles,
      List<StreamedOperation> streamed,
      ServerAddress address,
      JdbcTemplate jdbc,
      Clock clock) {
    // What a client sends and we do not know is refused by name, not dropped in silence.
    FhirR4.configured(context).setParserErrorHandler(new StrictErrorHandler());

    RestfulServer server =
        new RestfulServer(context) {
          private static final long serialVersionUID = 1L;

          /** Nobody needs to know which version of which library answers. */
          @Override
          public void addHeadersToResponse(HttpServletResponse response) {
            // Only "powered by" would be added.
          }
        };
    server.setServerName("Equipoise");
    server.setServerAddressStrategy(new HardcodedServerAddressStrategy(address.fhirBase()));
    server.setDefaultResponseEncoding(EncodingEnum.JSON);
    server.setDefaultPageSize(pages.defaultSize());
    server.setMaximumPageSize(pages.maxSize());

    server.registerProviders(recordProviders(records));
    server.registerProvider(systemProvider);
    server.registerProviders(definitionProviders(definitions));
    operations.orderedStream().forEach(server::registerProvider);

    server.setServerConformanceProvider(capability);

    server.registerInterceptor(new ErrorMapping(gone));
    server.registerInterceptor(new AnswerFormat(streamed));
    server.registerInterceptor(metadata);
    server.registerInterceptor(new RequestText(streamed));
    server.registerInterceptor(new PageTotals());
    server.registerInterceptor(new BundleDoor(bundles));
    server.registerInterceptor(doorAccess);
    server.registerInterceptor(lastLook);
    server.registerInterceptor(consentAccess);
    server.registerInterceptor(parkedNotice);
    server.registerInterceptor(new ReadInterceptor(readWatches, clock));
    server.registerInterceptor(accessRecorder);
    // These stand inside the storage engine, and so also see what operations, transactions and
    // batches do.
    storageInterceptors.registerInterceptor(synchronousSearch);
    storageInterceptors.registerInterceptor(new StableOrder());
    storageInterceptors.registerInterceptor(recordAccess);
    storageInterceptors.registerInterceptor(careKeeping);
    storageInterceptors.registerInterceptor(consentKeeping);
    storageInterceptors.registerInterceptor(aiContentKeeping);
    storageInterceptors.registerInterceptor(
        new WriteInterceptor(
            writeRules, validation, daos, address.fhirBase(), new RecordLocks(jdbc), clock));
    storageInterceptors.registerInterceptor(representations);
    storageInterceptors.registerInterceptor(new LostRaces());
    storageInterceptors.registerInterceptor(writeRecorder);
    return server;
  }

  /**
   * HAPI's factory also makes providers of the types that only its inside needs; REST never gets
   * those.
   */
  private static List<Object> recordProviders(ResourceProviderFactory factory) {
    return factory.createProviders().stream()
        .filter(
            provider ->
                provider instanceof BaseJpaResourceProvider<?> record
                    && isServed(record.getContext().getResourceType(record.getResourceType())))
        .toList();
  }

  private static boolean isServed(String type) {
    return ServedTypes.RECORDS.contains(type);
  }

  private static List<Object> definitionProviders(Definitions definitions) {
    List<Object> providers = new ArrayList<>();
    for (Class<? extends MetadataResource> type :
        List.of(
            CodeSystem.class,
            ConceptMap.class,
            NamingSystem.class,
            OperationDefinition.class,
            Questionnaire.class,
            SearchParameter.class,
            StructureDefinition.class,
            ValueSet.class)) {
      providers.add(provider(type, definitions));
    }
    return providers;
  }

  private static <T extends MetadataResource> DefinitionProvider<T> provider(
      Class<T> type, Definitions definitions) {
    return new DefinitionProvider<>(type, definitions.all(type));
  }

  @Bean
  ServletRegistrationBean<RestfulServer> fhirServlet(RestfulServer server) {
    ServletRegistrationBean<RestfulServer> servlet =
        new ServletRegistrationBean<>(server, "/fhir/*");
    servlet.setName("fhir");
    servlet.setLoadOnStartup(1);
    return servlet;
  }

  @Bean
  FilterRegistrationBean<BodyLimit> bodyLimit(
      RequestSizes sizes, List<StreamedOperation> streamed) {
    FilterRegistrationBean<BodyLimit> filter =
        new FilterRegistrationBean<>(new BodyLimit(sizes.maxBody(), streamed));
    filter.addUrlPatterns("/fhir/*");
    filter.setOrder(Ordered.HIGHEST_PRECEDENCE + 100);
    return filter;
  }

  /**
   * Next to the servlet, so that nobody before it counts or passes on what is written in pieces.
   */
  @Bean
  FilterRegistrationBean<GatheredAnswers> gatheredAnswers() {
    FilterRegistrationBean<GatheredAnswers> filter =
        new FilterRegistrationBean<>(new GatheredAnswers());
    filter.addUrlPatterns("/fhir/*");
    filter.setOrder(Ordered.LOWEST_PRECEDENCE);
    return filter;
  }
}
