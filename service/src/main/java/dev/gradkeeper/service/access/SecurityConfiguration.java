package dev.gradkeeper.service.access;

import dev.gradkeeper.service.web.ProblemWriter;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.authentication.AuthenticationFilter;
import org.springframework.security.web.firewall.RequestRejectedHandler;

/**
 * Every request needs a key, whatever its path, but the probes; what the key may do is a matter of
 * the method and the path alone.
 */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {
  private static final String READ = "read";
  private static final String WRITE = "write";
  private static final String ADMIN = "admin";

  @Bean
  SecurityFilterChain api(HttpSecurity http, KeyAuthentication keys, ProblemWriter problems) {
    AuthenticationEntryPoint unauthenticated =
        (request, response, _) -> {
          response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
          problems.write(
              request,
              response,
              HttpStatus.UNAUTHORIZED,
              "unauthenticated",
              "Needs `Authorization: Bearer KEY` with a valid key; the first one is in admin.key"
                  + " in the server's home folder.");
        };
    AuthenticationFilter authentication = new AuthenticationFilter(keys, keys);
    authentication.setSuccessHandler((_, _, _) -> {});
    authentication.setFailureHandler(unauthenticated::commence);
    return http.csrf(AbstractHttpConfigurer::disable)
        .formLogin(AbstractHttpConfigurer::disable)
        .httpBasic(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        .requestCache(AbstractHttpConfigurer::disable)
        .anonymous(AbstractHttpConfigurer::disable)
        .sessionManagement(
            session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .addFilterBefore(authentication, AuthorizationFilter.class)
        .authorizeHttpRequests(
            requests ->
                requests
                    .requestMatchers("/livez", "/readyz", "/error")
                    .permitAll()
                    .requestMatchers(EndpointRequest.toAnyEndpoint())
                    .permitAll()
                    .requestMatchers("/v1/keys/**", "/v1/projects/**")
                    .hasAuthority(ADMIN)
                    .requestMatchers(HttpMethod.GET)
                    .hasAuthority(READ)
                    .requestMatchers(HttpMethod.HEAD)
                    .hasAuthority(READ)
                    .requestMatchers(HttpMethod.POST, "/v1/jobs/validate")
                    .hasAuthority(READ)
                    .anyRequest()
                    .hasAuthority(WRITE))
        .exceptionHandling(
            exceptions ->
                exceptions
                    .authenticationEntryPoint(unauthenticated)
                    .accessDeniedHandler(
                        (request, response, _) ->
                            problems.write(
                                request,
                                response,
                                HttpStatus.FORBIDDEN,
                                "forbidden",
                                "The key lacks the scope that this needs.")))
        .build();
  }

  /** Requests that no sound client makes, such as a path with {@code //} or a control character. */
  @Bean
  RequestRejectedHandler requestRejectedHandler(ProblemWriter problems) {
    return (request, response, _) ->
        problems.write(
            request,
            response,
            HttpStatus.BAD_REQUEST,
            "invalid_request",
            "The request's line or headers are malformed.");
  }
}
