package org.equipoise.security.user;

import java.util.List;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;

/** How somebody who has logged in is known to the rest of the server, however they did it. */
public final class Logins {

  /** What everybody who has logged in may do: see the pages. */
  public static final List<GrantedAuthority> AUTHORITIES =
      AuthorityUtils.createAuthorityList("ROLE_USER");

  private Logins() {}

  /**
   * A plain Spring user whose username is the stable id of the account: the authorization server
   * stores it, and reads back no class of ours.
   */
  public static UserDetails principal(String userId) {
    return new User(userId, "", AUTHORITIES);
  }
}
