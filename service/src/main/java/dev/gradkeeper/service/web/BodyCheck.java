package dev.gradkeeper.service.web;

import dev.gradkeeper.service.web.model.FieldError;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Type;
import java.util.List;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpStatus;
import org.springframework.http.converter.AbstractJacksonHttpMessageConverter;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.RequestBodyAdviceAdapter;
import tools.jackson.databind.JsonNode;

/**
 * Looks at every JSON body before it becomes an object: its size, strict JSON, and the contract's
 * schema of that name. A body that a controller takes as a tree is left to it, but for being an
 * object.
 */
@ControllerAdvice
class BodyCheck extends RequestBodyAdviceAdapter {
  private final StrictJson json;
  private final Contract contract;
  private final Limits limits;

  BodyCheck(StrictJson json, Contract contract, Limits limits) {
    this.json = json;
    this.contract = contract;
    this.limits = limits;
  }

  @Override
  public boolean supports(
      MethodParameter parameter,
      Type type,
      Class<? extends HttpMessageConverter<?>> converterType) {
    return AbstractJacksonHttpMessageConverter.class.isAssignableFrom(converterType);
  }

  @Override
  public HttpInputMessage beforeBodyRead(
      HttpInputMessage message,
      MethodParameter parameter,
      Type type,
      Class<? extends HttpMessageConverter<?>> converterType)
      throws IOException {
    byte[] bytes = read(message);
    JsonNode body = json.read(bytes);
    String schema = parameter.getParameterType().getSimpleName();
    List<FieldError> errors =
        contract.has(schema)
            ? contract.check(schema, body)
            : body.isObject()
                ? List.of()
                : List.of(new FieldError("", "wrong_type", "Must be an object."));
    if (!errors.isEmpty()) {
      throw errors.stream().allMatch(Contract::isRange)
          ? ProblemException.unprocessable(errors)
          : ProblemException.invalid(errors);
    }
    return new ReadMessage(message.getHeaders(), bytes);
  }

  private byte[] read(HttpInputMessage message) throws IOException {
    long limit = limits.body().toBytes();
    byte[] bytes =
        message.getHeaders().getContentLength() > limit
            ? null
            : message.getBody().readNBytes(Math.toIntExact(limit) + 1);
    if (bytes == null || bytes.length > limit) {
      throw new ProblemException(
          HttpStatus.CONTENT_TOO_LARGE,
          "too_large",
          "The body may have at most %,d bytes; upload larger data as a dataset.".formatted(limit));
    }
    return bytes;
  }

  private record ReadMessage(HttpHeaders headers, byte[] bytes) implements HttpInputMessage {
    @Override
    public InputStream getBody() {
      return new ByteArrayInputStream(bytes);
    }

    @Override
    public HttpHeaders getHeaders() {
      return headers;
    }
  }
}
