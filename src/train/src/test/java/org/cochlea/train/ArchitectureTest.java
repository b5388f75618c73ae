package org.cochlea.train;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.Test;

/** The fences between packages; see docs/architecture.md. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.cochlea.train");

  @Test
  void theScanSawTheClasses() {
    assertTrue(CLASSES.contain("org.cochlea.train.torch.Libtorch"));
  }

  @Test
  void theEngineKnowsStagesNeverFeatures() {
    noClasses()
        .that()
        .resideInAPackage("org.cochlea.train.torch..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.cochlea.core.feature..", "org.cochlea.core.preset..", "org.cochlea.audio..")
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    SlicesRuleDefinition.slices()
        .matching("org.cochlea.train.(*)..")
        .should()
        .beFreeOfCycles()
        .check(CLASSES);
  }

  @Test
  void aLibraryDoesNotPrint() {
    noClasses()
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .callMethod(Throwable.class, "printStackTrace")
        .check(CLASSES);
  }
}
