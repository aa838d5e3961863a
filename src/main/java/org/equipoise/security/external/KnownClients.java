package org.equipoise.security.external;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.equipoise.fhir.ClientDirectory;

/**
 * All programs that use the record: those that are registered here, and those for which an issuer
 * that the operator trusts vouches, or once did. Of the latter nothing is known but the issuer.
 */
final class KnownClients implements ClientDirectory {

  private final ClientDirectory registered;
  private final TrustedIssuers issuers;

  KnownClients(ClientDirectory registered, TrustedIssuers issuers) {
    this.registered = registered;
    this.issuers = issuers;
  }

  @Override
  public Map<String, Client> find(Collection<String> clientIds) {
    Map<Boolean, List<String>> isForeign =
        clientIds.stream().collect(Collectors.partitioningBy(TokenMapping::isOfAnotherIssuer));
    Map<String, Client> found = new HashMap<>(registered.find(isForeign.get(false)));
    isForeign.get(true).forEach(id -> found.put(id, new Client(null, null, true, issuer(id))));
    return found;
  }

  private String issuer(String clientId) {
    return issuers.trustedIssuers().stream()
        .filter(issuer -> clientId.startsWith(TokenMapping.qualified(issuer.issuer(), "")))
        .map(TrustedIssuers.Issuer::name)
        .findFirst()
        .orElse(null);
  }
}
