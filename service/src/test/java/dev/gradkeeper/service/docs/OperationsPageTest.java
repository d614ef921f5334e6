package dev.gradkeeper.service.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.ClassUtils;

/** docs/operations.md knows every setting of the service. */
class OperationsPageTest {

  @Test
  void everySettingHasItsVariable() throws IOException {
    String page = Files.readString(Path.of("../docs/operations.md"));
    assertThat(variables())
        .hasSizeGreaterThan(8)
        .allSatisfy(name -> assertThat(page).contains(name));
  }

  private static Stream<String> variables() {
    var scanner = new ClassPathScanningCandidateComponentProvider(false);
    scanner.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
    return scanner.findCandidateComponents("dev.gradkeeper.service").stream()
        .map(bean -> ClassUtils.resolveClassName(bean.getBeanClassName(), null))
        .flatMap(
            type -> {
              String prefix = type.getAnnotation(ConfigurationProperties.class).value();
              return variables(prefix.replace('.', '_'), type);
            });
  }

  private static Stream<String> variables(String prefix, Class<?> type) {
    return Stream.of(type.getRecordComponents())
        .flatMap(
            component -> {
              String name = prefix + "_" + component.getName();
              return isGroup(component)
                  ? variables(name, component.getType())
                  : Stream.of(name.toUpperCase(Locale.ROOT));
            });
  }

  private static boolean isGroup(RecordComponent component) {
    return component.getType().isRecord();
  }
}
