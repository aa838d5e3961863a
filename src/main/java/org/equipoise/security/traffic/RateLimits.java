package org.equipoise.security.traffic;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How often one may call what is not FHIR: requests a minute, on each node. A client address is an
 * IPv4 address or an IPv6 network of 64 bits.
 *
 * @param tokenPerAddress token, introspection and revocation requests of one address
 * @param tokenFailuresPerAddress how many of those may fail (400, 401)
 * @param tokenPerClient how many of those may succeed for one client, wherever it calls from
 * @param authorizePerAddress authorization requests and launches of one address, consent forms
 *     included
 * @param loginPerAddress logins of one address, each step of an external login counted
 * @param operatorPerAddress operator and client registration requests of one address
 * @param tracked most addresses and clients to remember at a time
 */
@Validated
@ConfigurationProperties("equipoise.limits")
record RateLimits(
    @DefaultValue("3000") @Min(1) long tokenPerAddress,
    @DefaultValue("120") @Min(1) long tokenFailuresPerAddress,
    @DefaultValue("6000") @Min(1) long tokenPerClient,
    @DefaultValue("3000") @Min(1) long authorizePerAddress,
    @DefaultValue("300") @Min(1) long loginPerAddress,
    @DefaultValue("300") @Min(1) long operatorPerAddress,
    @DefaultValue("50000") @Min(1000) @Max(10_000_000) int tracked) {}
