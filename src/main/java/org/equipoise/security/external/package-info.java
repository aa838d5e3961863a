/**
 * Others whom the operator trusts: authorization servers whose access tokens count here, and OpenID
 * providers at which users log in.
 */
package org.equipoise.security.external;
