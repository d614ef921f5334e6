package dev.gradkeeper.service.access;

import org.springframework.security.core.context.SecurityContextHolder;

/** The key that a request came with. */
public record Caller(String keyId, String projectId) {

  /** The caller of the request that this thread serves. */
  public static Caller current() {
    return (Caller) SecurityContextHolder.getContext().getAuthentication().getPrincipal();
  }
}
