package dev.gradkeeper.service.web;

import dev.gradkeeper.service.web.model.FieldError;
import dev.gradkeeper.service.web.model.Problem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Turns everything that goes wrong into a problem document. */
@RestControllerAdvice
class ProblemAdvice extends ResponseEntityExceptionHandler {
  private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);

  @ExceptionHandler
  ResponseEntity<Object> refused(ProblemException e, HttpServletRequest request) {
    return respond(
        e.status(),
        e.code(),
        e.getMessage(),
        e.errors(),
        HttpHeaders.EMPTY,
        request.getRequestURI());
  }

  /** A parameter outside of what the contract says. */
  @ExceptionHandler
  ResponseEntity<Object> invalidParameter(
      ConstraintViolationException e, HttpServletRequest request) {
    List<FieldError> errors =
        e.getConstraintViolations().stream()
            .map(ProblemAdvice::parameterError)
            .sorted(Comparator.comparing(FieldError::getPointer))
            .toList();
    return refused(ProblemException.invalid(errors), request);
  }

  private static FieldError parameterError(ConstraintViolation<?> violation) {
    String name = "";
    for (Path.Node node : violation.getPropertyPath()) {
      if (node.getKind() == jakarta.validation.ElementKind.PARAMETER) {
        name = node.getName();
      }
    }
    String snakeCase = name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    return new FieldError(
        "?" + snakeCase, "malformed", "The value " + violation.getMessage() + ".");
  }

  @ExceptionHandler
  ResponseEntity<Object> malformedText(RequestRejectedException e, HttpServletRequest request) {
    return respond(
        HttpStatus.BAD_REQUEST,
        "invalid_request",
        "A parameter or header holds a character that it must not.",
        List.of(),
        HttpHeaders.EMPTY,
        request.getRequestURI());
  }

  /** Two requests at once, such as one that deletes a dataset and one that submits a job on it. */
  @ExceptionHandler({
    OptimisticLockingFailureException.class,
    DataIntegrityViolationException.class
  })
  ResponseEntity<Object> changedMeanwhile(Exception e, HttpServletRequest request) {
    log.info("{} {} met another change", request.getMethod(), request.getRequestURI(), e);
    return refused(
        ProblemException.conflict(
            "changed_meanwhile", "Something else changed it at the same time; try again."),
        request);
  }

  @ExceptionHandler({
    DataAccessResourceFailureException.class,
    TransientDataAccessException.class,
    CannotCreateTransactionException.class
  })
  ResponseEntity<Object> databaseAway(Exception e, HttpServletRequest request) {
    log.warn("The database did not answer {} {}", request.getMethod(), request.getRequestURI(), e);
    HttpHeaders headers = new HttpHeaders();
    headers.set(HttpHeaders.RETRY_AFTER, "5");
    return respond(
        HttpStatus.SERVICE_UNAVAILABLE,
        "database_unavailable",
        "The database does not answer; try again.",
        List.of(),
        headers,
        request.getRequestURI());
  }

  @ExceptionHandler
  ResponseEntity<Object> unexpected(Exception e, HttpServletRequest request) {
    log.error("{} {} failed", request.getMethod(), request.getRequestURI(), e);
    return respond(
        HttpStatus.INTERNAL_SERVER_ERROR,
        "internal_error",
        "Something went wrong in the server; its log has the cause.",
        List.of(),
        HttpHeaders.EMPTY,
        request.getRequestURI());
  }

  /** What Spring itself refuses: unknown paths, methods, media types, values of a wrong type. */
  @Override
  protected @Nullable ResponseEntity<Object> handleExceptionInternal(
      Exception e,
      @Nullable Object body,
      HttpHeaders headers,
      HttpStatusCode statusCode,
      WebRequest request) {
    HttpStatus status = HttpStatus.valueOf(statusCode.value());
    String path = ((ServletWebRequest) request).getRequest().getRequestURI();
    if (status.is5xxServerError()) {
      log.error("{} failed", path, e);
    }
    List<FieldError> errors =
        e instanceof TypeMismatchException mismatch ? List.of(typeError(mismatch)) : List.of();
    return respond(status, code(status), detail(status, e, errors), errors, headers, path);
  }

  private static FieldError typeError(TypeMismatchException e) {
    String name =
        e instanceof MethodArgumentTypeMismatchException argument ? argument.getName() : "";
    String snakeCase = name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    Class<?> type = e.getRequiredType();
    String allowed =
        type != null && type.isEnum()
            ? " It must be one of " + Arrays.toString(type.getEnumConstants()) + "."
            : "";
    return new FieldError(
        "?" + snakeCase,
        "wrong_type",
        "Cannot be `%s`.%s".formatted(Shown.text(String.valueOf(e.getValue())), allowed));
  }

  private static String code(HttpStatus status) {
    return switch (status) {
      case BAD_REQUEST -> "invalid_request";
      case NOT_FOUND -> "not_found";
      case METHOD_NOT_ALLOWED -> "method_not_allowed";
      case NOT_ACCEPTABLE -> "not_acceptable";
      case CONTENT_TOO_LARGE -> "too_large";
      case UNSUPPORTED_MEDIA_TYPE -> "unsupported_media_type";
      default -> status.is5xxServerError() ? "internal_error" : "invalid_request";
    };
  }

  private static String detail(HttpStatus status, Exception e, List<FieldError> errors) {
    if (!errors.isEmpty()) {
      return errors.getFirst().getDetail();
    }
    return switch (status) {
      case NOT_FOUND -> "There is nothing at this path; openapi.yaml lists what there is.";
      case BAD_REQUEST -> "The request has no body, or a parameter is missing.";
      default ->
          e instanceof org.springframework.web.ErrorResponse response
                  && response.getBody().getDetail() != null
              ? response.getBody().getDetail()
              : status.getReasonPhrase() + ".";
    };
  }

  private static ResponseEntity<Object> respond(
      HttpStatus status,
      String code,
      String detail,
      List<FieldError> errors,
      HttpHeaders headers,
      String path) {
    Problem problem =
        new Problem(status.getReasonPhrase(), status.value(), code)
            .detail(detail)
            .instance(path)
            .errors(errors.isEmpty() ? null : errors);
    return ResponseEntity.status(status)
        .headers(headers)
        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
        .body(problem);
  }
}
