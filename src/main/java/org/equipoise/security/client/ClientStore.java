package org.equipoise.security.client;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.equipoise.fhir.ClientDirectory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.security.oauth2.server.authorization.client.JdbcRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.transaction.support.TransactionOperations;

/**
 * All clients in the database, whatever their state. The authorization server sees the active ones
 * only: as a {@link RegisteredClientRepository}, this finds no other.
 */
class ClientStore implements RegisteredClientRepository, ClientDirectory {

  private static final String FROM =
      " from oauth2_registered_client c join eqp_client e on e.id = c.id";

  private final RegisteredClientRepository rows;
  private final RowMapper<RegisteredClient> mapper =
      new JdbcRegisteredClientRepository.RegisteredClientRowMapper();
  private final JdbcTemplate jdbc;
  private final TransactionOperations transactions;

  ClientStore(JdbcTemplate jdbc, TransactionOperations transactions) {
    this.rows = new JdbcRegisteredClientRepository(jdbc);
    this.jdbc = jdbc;
    this.transactions = transactions;
  }

  /** Adds a client, or replaces it with its state and origin. */
  void put(StoredClient stored) {
    transactions.executeWithoutResult(
        status -> {
          rows.save(stored.client());
          String id = stored.client().getId();
          if (jdbc.update(
                  "update eqp_client set state = ?, origin = ? where id = ?",
                  stored.state().code(),
                  stored.origin().code(),
                  id)
              == 0) {
            jdbc.update(
                "insert into eqp_client (id, state, origin) values (?, ?, ?)",
                id,
                stored.state().code(),
                stored.origin().code());
          }
        });
  }

  /**
   * Changes the state. A client that is not active any more loses its authorizations at once, and
   * with them all its tokens; what people allowed it is remembered in case that it comes back.
   *
   * @param stored as it was when the change was decided
   * @return false where somebody else changed it since: then nothing happens
   */
  boolean change(StoredClient stored, ClientState state) {
    String id = stored.client().getId();
    return Boolean.TRUE.equals(
        transactions.execute(
            status -> {
              int changed =
                  jdbc.update(
                      "update eqp_client set state = ?, changed_at = current_timestamp"
                          + " where id = ? and state = ?",
                      state.code(),
                      id,
                      stored.state().code());
              if (changed > 0 && state != ClientState.ACTIVE) {
                deleteAuthorizations(id);
              }
              return changed > 0;
            }));
  }

  /**
   * Deletes a client with its authorizations and with what people allowed it.
   *
   * @param id of the row, not the {@code client_id}
   */
  void delete(String id) {
    transactions.executeWithoutResult(
        status -> {
          deleteAuthorizations(id);
          jdbc.update(
              "delete from oauth2_authorization_consent where registered_client_id = ?", id);
          jdbc.update("delete from eqp_client where id = ?", id);
          jdbc.update("delete from oauth2_registered_client where id = ?", id);
        });
  }

  private void deleteAuthorizations(String id) {
    jdbc.update("delete from oauth2_authorization where registered_client_id = ?", id);
  }

  /** One client in any state. */
  Optional<StoredClient> find(String clientId) {
    return jdbc
        .query(
            "select c.*, e.state, e.origin" + FROM + " where c.client_id = ?", this::map, clientId)
        .stream()
        .findFirst();
  }

  /**
   * A page of clients, the newest first.
   *
   * @param state null for any
   * @param origin null for any
   * @param page from 0
   */
  List<StoredClient> list(ClientState state, ClientOrigin origin, long page, int size) {
    List<Object> arguments = new ArrayList<>();
    String where = where(state, origin, arguments);
    arguments.add(size);
    arguments.add(page * size);
    return jdbc.query(
        "select c.*, e.state, e.origin"
            + FROM
            + where
            + " order by c.client_id_issued_at desc, c.id limit ? offset ?",
        this::map,
        arguments.toArray());
  }

  /** How many there are; null for any state or origin. */
  long count(ClientState state, ClientOrigin origin) {
    List<Object> arguments = new ArrayList<>();
    String where = where(state, origin, arguments);
    return jdbc.queryForObject("select count(*)" + FROM + where, Long.class, arguments.toArray());
  }

  private static String where(ClientState state, ClientOrigin origin, List<Object> arguments) {
    String where = " where 1 = 1";
    if (state != null) {
      where += " and e.state = ?";
      arguments.add(state.code());
    }
    if (origin != null) {
      where += " and e.origin = ?";
      arguments.add(origin.code());
    }
    return where;
  }

  private StoredClient map(ResultSet row, int number) throws SQLException {
    return new StoredClient(
        mapper.mapRow(row, number),
        Codes.read(ClientState.class, row.getString("state")).orElseThrow(),
        Codes.read(ClientOrigin.class, row.getString("origin")).orElseThrow());
  }

  @Override
  public Map<String, Client> find(Collection<String> clientIds) {
    Map<String, Client> found = new HashMap<>();
    if (!clientIds.isEmpty()) {
      jdbc.query(
          "select * from oauth2_registered_client where client_id in ("
              + String.join(", ", Collections.nCopies(clientIds.size(), "?"))
              + ")",
          row -> {
            RegisteredClient client = mapper.mapRow(row, 0);
            String id = client.getClientId();
            String name = client.getClientName();
            found.put(
                id,
                new Client(
                    // Where an operator gave it no name, the id stands in its place.
                    id.equals(name) ? null : name,
                    client.getClientSettings().getSetting(RegisteredClients.ORGANIZATION),
                    false,
                    null));
          },
          clientIds.toArray());
    }
    return found;
  }

  /** Row ids that begin like this. */
  List<String> rowsBeginning(String prefix) {
    return jdbc.queryForList(
        "select id from oauth2_registered_client where id like ?", String.class, prefix + "%");
  }

  /** Replaces a client; state and origin stay. */
  @Override
  public void save(RegisteredClient client) {
    rows.save(client);
  }

  @Override
  public RegisteredClient findById(String id) {
    return active("c.id = ?", id);
  }

  @Override
  public RegisteredClient findByClientId(String clientId) {
    return active("c.client_id = ?", clientId);
  }

  private RegisteredClient active(String filter, String value) {
    return jdbc
        .query("select c.*" + FROM + " where e.state = 'active' and " + filter, mapper, value)
        .stream()
        .findFirst()
        .orElse(null);
  }
}
