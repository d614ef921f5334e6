package dev.gradkeeper.engine;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of the engine's packages, and that it needs nothing but the JDK. */
@AnalyzeClasses(packages = "dev.gradkeeper.engine", importOptions = DoNotIncludeTests.class)
class EngineArchitectureTest {
  private static final String ENGINE = "dev.gradkeeper.engine.";

  @ArchTest
  static final ArchRule dependsOnTheJdkAlone =
      classes()
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(
                  "java..", "javax.imageio..", "jdk.incubator.vector..", ENGINE + "."));

  @ArchTest
  static final ArchRule theVectorApiStaysInItsPackage =
      noClasses()
          .that(resideOutsideOfPackage(ENGINE + "kernel.vector.."))
          .should()
          .dependOnClassesThat(resideInAPackage("jdk.incubator.vector.."));

  @ArchTest
  static final ArchRule arrowsPointOneWay =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .withOptionalLayers(true)
          .layer("train")
          .definedBy(ENGINE + "train..")
          .layer("plan")
          .definedBy(ENGINE + "plan..")
          .layer("parts")
          .definedBy(ENGINE + "nn..", ENGINE + "optim..", ENGINE + "data..", ENGINE + "io..")
          .layer("autograd")
          .definedBy(ENGINE + "autograd..")
          .layer("tensor")
          .definedBy(ENGINE + "tensor..")
          .layer("base")
          .definedBy(ENGINE + "kernel..", ENGINE + "random..")
          .whereLayer("train")
          .mayOnlyAccessLayers("plan", "parts", "autograd", "tensor", "base")
          .whereLayer("plan")
          .mayOnlyAccessLayers("parts", "autograd", "tensor", "base")
          .whereLayer("parts")
          .mayOnlyAccessLayers("autograd", "tensor", "base")
          .whereLayer("autograd")
          .mayOnlyAccessLayers("tensor", "base")
          .whereLayer("tensor")
          .mayOnlyAccessLayers("base")
          .whereLayer("base")
          .mayNotAccessAnyLayer();

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching(ENGINE + "(*)..").should().beFreeOfCycles();
}
