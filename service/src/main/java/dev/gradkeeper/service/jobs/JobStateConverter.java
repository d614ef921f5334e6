package dev.gradkeeper.service.jobs;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;

@Converter(autoApply = true)
final class JobStateConverter implements AttributeConverter<JobState, String> {
  @Override
  public String convertToDatabaseColumn(JobState state) {
    return state.text();
  }

  @Override
  public JobState convertToEntityAttribute(String text) {
    return JobState.of(text);
  }
}
