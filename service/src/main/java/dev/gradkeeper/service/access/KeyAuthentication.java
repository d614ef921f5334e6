package dev.gradkeeper.service.access;

import jakarta.servlet.http.HttpServletRequest;
import java.security.MessageDigest;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.web.authentication.AuthenticationConverter;
import org.springframework.stereotype.Component;

/** {@code Authorization: Bearer KEY}: from the header to the caller, with the key's scopes. */
@Component
class KeyAuthentication implements AuthenticationConverter, AuthenticationManager {
  private static final String SCHEME = "Bearer ";

  private final ApiKeyRepository keys;
  private final Clock clock;

  KeyAuthentication(ApiKeyRepository keys, Clock clock) {
    this.keys = keys;
    this.clock = clock;
  }

  @Override
  public @Nullable Authentication convert(HttpServletRequest request) {
    String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return null;
    }
    return UsernamePasswordAuthenticationToken.unauthenticated(
        null, header.substring(SCHEME.length()).strip());
  }

  @Override
  public Authentication authenticate(Authentication request) {
    byte[] hash = KeySecret.hash((String) request.getCredentials());
    ApiKey key =
        keys.findByKeyHash(hash)
            .filter(found -> MessageDigest.isEqual(found.keyHash, hash))
            .filter(found -> found.isValidAt(clock.instant()))
            .orElseThrow(() -> new BadCredentialsException("unknown key"));
    return UsernamePasswordAuthenticationToken.authenticated(
        new Caller(key.id, key.projectId), null, AuthorityUtils.createAuthorityList(key.scopes));
  }
}
