package org.equipoise.server;

import ca.uhn.fhir.batch2.jobs.config.Batch2JobsConfig;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.config.ThreadPoolFactoryConfig;
import ca.uhn.fhir.jpa.api.svc.IIdHelperService;
import ca.uhn.fhir.jpa.batch2.JpaBatch2Config;
import ca.uhn.fhir.jpa.config.HapiJpaConfig;
import ca.uhn.fhir.jpa.config.r4.JpaR4Config;
import ca.uhn.fhir.jpa.interceptor.ForceOffsetSearchModeInterceptor;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.model.config.SubscriptionSettings;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.jpa.subscription.channel.config.SubscriptionChannelConfig;
import ca.uhn.fhir.jpa.subscription.match.config.SubscriptionProcessorConfig;
import ca.uhn.fhir.jpa.subscription.match.deliver.email.IEmailSender;
import ca.uhn.fhir.jpa.subscription.submit.config.SubscriptionSubmitterConfig;
import java.time.Clock;
import org.equipoise.fhir.KnownItems;
import org.equipoise.security.access.RecordAccess;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** HAPI's storage engine and how we set it. */
@Configuration(proxyBeanMethods = false)
@Import({
  JpaR4Config.class,
  HapiJpaConfig.class,
  JpaBatch2Config.class,
  Batch2JobsConfig.class,
  ThreadPoolFactoryConfig.class,
  SubscriptionChannelConfig.class,
  SubscriptionSubmitterConfig.class,
  SubscriptionProcessorConfig.class
})
class RecordStorage {

  @Bean
  static UnservedTypesRemover unservedTypesRemover() {
    return new UnservedTypesRemover();
  }

  @Bean
  static KnownItemDaos knownItemDaos() {
    return new KnownItemDaos();
  }

  @Bean
  KnownItemDaos.Lookup knownItemLookup(
      ObjectProvider<KnownItems> items,
      ObjectProvider<RecordAccess> access,
      IIdHelperService<JpaPid> ids,
      FhirContext context,
      Clock clock) {
    return new KnownItemDaos.Lookup(items, access, ids, context, clock);
  }

  @Bean
  static DistinctMatches distinctMatches() {
    return new DistinctMatches();
  }

  @Bean
  JpaStorageSettings storageSettings(@Value("${equipoise.scheduling:true}") boolean scheduling) {
    JpaStorageSettings settings = new JpaStorageSettings();
    settings.setResourceServerIdStrategy(JpaStorageSettings.IdStrategyEnum.UUID);
    settings.setResourceClientIdStrategy(JpaStorageSettings.ClientIdStrategyEnum.ANY);
    // The key of HAPI's search cache has no user in it, and a GET that inserts rows is no GET.
    settings.setReuseCachedSearchResultsForMillis(null);
    settings.setAllowExternalReferences(false);
    settings.setAllowMultipleDelete(false);
    // For the searches of granular scopes alone; a client's own is refused.
    settings.setFilterParameterEnabled(true);
    settings.setPreExpandValueSets(false);
    settings.setHibernateSearchIndexSearchParams(false);
    settings.setHibernateSearchIndexFullText(false);
    settings.setMarkResourcesForReindexingUponSearchParameterChange(false);
    settings.setSuppressStringIndexingInTokens(true);
    // With the id of the HTTP request in meta.source, HAPI updates each row of a version that it
    // has just inserted.
    settings.setStoreMetaSourceInformation(
        JpaStorageSettings.StoreMetaSourceInformationEnum.SOURCE_URI);
    settings.setSchedulingDisabled(!scheduling);
    // AI text is told apart by version: what a Provenance says of one version is not said of the
    // next.
    settings.setAutoVersionReferenceAtPaths("Provenance.target");
    settings.setMaximumIncludesToLoadPerPage(null);
    return settings;
  }

  @Bean
  PartitionSettings partitionSettings() {
    return new PartitionSettings();
  }

  @Bean
  SubscriptionSettings subscriptionSettings() {
    return new SubscriptionSettings();
  }

  /** HAPI's subscription module asks for one; nothing here sends mail. */
  @Bean
  IEmailSender emailSender() {
    return email -> {
      throw new IllegalStateException("Subscriptions by mail are not offered");
    };
  }

  @Bean
  ForceOffsetSearchModeInterceptor synchronousSearch(PageLimits limits) {
    ForceOffsetSearchModeInterceptor interceptor = new ForceOffsetSearchModeInterceptor();
    interceptor.setDefaultCount(limits.defaultSize());
    return interceptor;
  }
}
