package dev.gradkeeper.service.jobs;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** A job's states and every transition that there is. The database refuses any other. */
public enum JobState {
  QUEUED,
  RUNNING,
  PAUSING,
  PAUSED,
  CANCELLING,
  CANCELLED,
  SUCCEEDED,
  FAILED;

  /** The states that can follow this one. */
  public Set<JobState> next() {
    return switch (this) {
      case QUEUED -> EnumSet.of(RUNNING, CANCELLED, PAUSED, FAILED);
      case RUNNING -> EnumSet.of(SUCCEEDED, FAILED, PAUSING, CANCELLING, QUEUED);
      case PAUSING -> EnumSet.of(PAUSED, SUCCEEDED, FAILED, CANCELLING, QUEUED);
      case PAUSED -> EnumSet.of(QUEUED, CANCELLED);
      case CANCELLING -> EnumSet.of(CANCELLED, SUCCEEDED, FAILED);
      case CANCELLED, SUCCEEDED, FAILED -> EnumSet.noneOf(JobState.class);
    };
  }

  public boolean isFinal() {
    return next().isEmpty();
  }

  /** As it stands in JSON and in the database. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static JobState of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
