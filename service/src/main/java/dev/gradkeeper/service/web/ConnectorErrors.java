package dev.gradkeeper.service.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

/**
 * What Tomcat refuses before any servlet sees it, such as a path with {@code %2F} or {@code %00}.
 */
public final class ConnectorErrors extends ErrorReportValve {

  @Override
  protected void report(Request request, Response response, Throwable cause) {
    int status = response.getStatus();
    if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
      return;
    }
    String title = HttpStatus.valueOf(status).getReasonPhrase();
    String problem =
        "{\"title\":\"%s\",\"status\":%d,\"code\":\"%s\",\"detail\":\"The request is malformed.\"}"
            .formatted(title, status, status < 500 ? "invalid_request" : "internal_error");
    response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
    try {
      response.getOutputStream().write(problem.getBytes(UTF_8));
      response.finishResponse();
    } catch (IOException e) {
      container.getLogger().debug("the client is gone", e);
    }
  }
}
