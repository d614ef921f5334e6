package dev.gradkeeper.engine.kernel.vector;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** That {@link Operators} looks up all that kernels use. */
class OperatorsTest {
  private static final String API = "jdk.incubator.vector.";

  /** Methods of vectors that look up no operator. */
  private static final Set<String> OTHERS =
      Set.of(
          "addIndex",
          "blend",
          "broadcast",
          "compare",
          "compress",
          "convertShape",
          "fromArray",
          "intoArray",
          "length",
          "reinterpretAsFloats",
          "reinterpretAsInts",
          "selectFrom",
          "zero");

  private static final Set<String> COMPARISONS_AND_CONVERSIONS =
      Set.of("EQ", "GE", "GT", "LE", "LT", "NE", "F2I", "I2F");

  @Test
  void everyOperatorOfAKernelIsLookedUp() {
    JavaClasses kernels =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(Operators.class.getPackageName());
    TreeSet<String> used =
        kernels.stream()
            .flatMap(OperatorsTest::operators)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(used).contains("FloatVector.fma", "FloatVector.abs", "VectorOperators.LSHL");
    assertThat(operators(kernels.get(Operators.class))).containsAll(used);
  }

  private static Stream<String> operators(JavaClass kernel) {
    return kernel.getAccessesFromSelf().stream()
        .map(JavaAccess::getTarget)
        .filter(OperatorsTest::isOperator)
        .map(target -> target.getOwner().getSimpleName() + "." + target.getName());
  }

  private static boolean isOperator(AccessTarget target) {
    return switch (target.getOwner().getName()) {
      case API + "FloatVector", API + "IntVector" ->
          !OTHERS.contains(target.getName()) && !target.getName().startsWith("SPECIES");
      case API + "VectorOperators" -> !COMPARISONS_AND_CONVERSIONS.contains(target.getName());
      default -> false;
    };
  }
}
