package org.equipoise.security.user;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.userdetails.User;

/** How somebody who has logged in is known to the rest of the server, however they did it. */
public final class Logins {

  /** What everybody who has logged in may do: see the pages. */
  public static final List<GrantedAuthority> AUTHORITIES =
      AuthorityUtils.createAuthorityList("ROLE_USER");

  /**
   * What the authority that says when begins with; behind it, seconds since 1970. It goes with the
   * login wherever that is kept, as does the time of the factors of later versions of Spring
   * Security, and needs no class of ours to be read.
   */
  private static final String AT = "LOGGED_IN_AT_";

  private Logins() {}

  /**
   * A plain Spring login whose username is the stable id of the account: the authorization server
   * stores it, and reads back no class of ours.
   *
   * @param at when the user proved who they are
   * @param details of the request by which they did
   */
  public static Authentication of(String userId, Instant at, Object details) {
    UsernamePasswordAuthenticationToken login =
        UsernamePasswordAuthenticationToken.authenticated(
            new User(userId, "", AUTHORITIES),
            null,
            Stream.concat(
                    AUTHORITIES.stream(),
                    Stream.of(new SimpleGrantedAuthority(AT + at.getEpochSecond())))
                .toList());
    login.setDetails(details);
    return login;
  }

  /** When somebody proved who they are, to the second; empty for one who never did. */
  public static Optional<Instant> timeOf(Authentication login) {
    return login.getAuthorities().stream()
        .map(GrantedAuthority::getAuthority)
        .filter(authority -> authority.startsWith(AT))
        .map(authority -> Instant.ofEpochSecond(Long.parseLong(authority.substring(AT.length()))))
        .findFirst();
  }
}
