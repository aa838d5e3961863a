package org.equipoise.security.client;

import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;

/** A client with what this server knows of it beyond OAuth. */
record StoredClient(RegisteredClient client, ClientState state, ClientOrigin origin) {}
