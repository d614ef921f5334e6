package dev.gradkeeper.service;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Packages of the service depend on each other in one direction. */
@AnalyzeClasses(packages = "dev.gradkeeper", importOptions = ImportOption.DoNotIncludeTests.class)
class ModulesTest {

  @ArchTest
  static final ArchRule noCycles =
      slices().matching("dev.gradkeeper.service.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule webKnowsNoFeature =
      noClasses()
          .that()
          .resideInAPackage("dev.gradkeeper.service.web..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.gradkeeper.engine..",
              "dev.gradkeeper.service.access..",
              "dev.gradkeeper.service.jobs..",
              "dev.gradkeeper.service.datasets..",
              "dev.gradkeeper.service.queue..",
              "dev.gradkeeper.service.metrics..",
              "dev.gradkeeper.service.artifacts..");

  @ArchTest
  static final ArchRule accessKnowsNoJobs =
      noClasses()
          .that()
          .resideInAPackage("dev.gradkeeper.service.access..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.gradkeeper.service.jobs..",
              "dev.gradkeeper.service.datasets..",
              "dev.gradkeeper.service.queue..");

  @ArchTest
  static final ArchRule jobsAreNoMatterOfTheQueue =
      noClasses()
          .that()
          .resideInAPackage("dev.gradkeeper.service.jobs..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.gradkeeper.service.queue..");

  @ArchTest
  static final ArchRule theEngineKnowsNoService =
      noClasses()
          .that()
          .resideInAPackage("dev.gradkeeper.engine..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.gradkeeper.service..", "org.springframework..", "java.sql..", "tools.jackson..");
}
