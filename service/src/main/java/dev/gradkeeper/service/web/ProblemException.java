package dev.gradkeeper.service.web;

import dev.gradkeeper.service.web.model.FieldError;
import java.util.List;
import org.springframework.http.HttpStatus;

/** Ends a request with a problem document. */
public final class ProblemException extends RuntimeException {
  private final HttpStatus status;
  private final String code;
  private final transient List<FieldError> errors;

  /**
   * @param code what kind of problem it is, stable, in snake_case
   * @param detail what is wrong and what helps
   */
  public ProblemException(HttpStatus status, String code, String detail) {
    this(status, code, detail, List.of());
  }

  private ProblemException(HttpStatus status, String code, String detail, List<FieldError> errors) {
    super(detail, null, false, false);
    this.status = status;
    this.code = code;
    this.errors = List.copyOf(errors);
  }

  /** 404; also for what belongs to another project. */
  public static ProblemException notFound(String kind, String id) {
    return new ProblemException(
        HttpStatus.NOT_FOUND, "not_found", "There is no %s %s.".formatted(kind, Shown.text(id)));
  }

  /** 409. */
  public static ProblemException conflict(String code, String detail) {
    return new ProblemException(HttpStatus.CONFLICT, code, detail);
  }

  /** 400, the request is not of the contract's shape. */
  public static ProblemException invalid(List<FieldError> errors) {
    return of(HttpStatus.BAD_REQUEST, "invalid_request", errors);
  }

  /** 422, the request is of the right shape, but wrong. */
  public static ProblemException unprocessable(List<FieldError> errors) {
    return of(HttpStatus.UNPROCESSABLE_CONTENT, "invalid_value", errors);
  }

  private static ProblemException of(HttpStatus status, String code, List<FieldError> errors) {
    String detail =
        errors.size() == 1
            ? errors.getFirst().getDetail()
            : errors.size() + " fields are wrong; errors names them.";
    return new ProblemException(status, code, detail, errors);
  }

  public HttpStatus status() {
    return status;
  }

  public String code() {
    return code;
  }

  public List<FieldError> errors() {
    return errors;
  }
}
