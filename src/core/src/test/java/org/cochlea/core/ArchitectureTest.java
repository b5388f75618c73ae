package org.cochlea.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import org.junit.jupiter.api.Test;

/** The fences between packages; see docs/architecture.md. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.cochlea.core");

  @Test
  void theScanSawTheClasses() {
    assertTrue(CLASSES.size() > 60, "only " + CLASSES.size() + " classes were seen");
    for (String name : new String[] {"stage.Stage", "feature.Feature", "engine.cpu.CpuEngine"}) {
      assertTrue(CLASSES.contain("org.cochlea.core." + name), name);
    }
  }

  @Test
  void enginesKnowStagesNeverFeatures() {
    noClasses()
        .that()
        .resideInAPackage("..engine..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("..feature..", "..preset..", "..signal..", "..augment..")
        .check(CLASSES);
  }

  @Test
  void stagesAndBasesKnowNothingElse() {
    noClasses()
        .that()
        .resideInAnyPackage("..core.stage..", "..core.basis..")
        .should()
        .dependOnClassesThat(
            new DescribedPredicate<JavaClass>("lie in core outside stage and basis") {
              @Override
              public boolean test(JavaClass other) {
                String name = other.getPackageName();
                return name.startsWith("org.cochlea.core")
                    && !name.startsWith("org.cochlea.core.stage")
                    && !name.startsWith("org.cochlea.core.basis");
              }
            })
        .check(CLASSES);
  }

  @Test
  void onlyVectorClassesUseTheIncubator() {
    noClasses()
        .that()
        .haveSimpleNameNotStartingWith("Vector")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jdk.incubator.vector..")
        .check(CLASSES);
  }

  @Test
  void onlyNativeClassesCallNativeCode() {
    noClasses()
        .that()
        .haveNameNotMatching(".*\\.Native[^.]*")
        .should()
        .dependOnClassesThat()
        .areAssignableTo(Linker.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(SymbolLookup.class)
        .check(CLASSES);
  }

  @Test
  void onlyEnginesStagesAndSignalsUseJTransforms() {
    noClasses()
        .that()
        .resideOutsideOfPackages("..engine..", "..stage..", "..signal..", "..augment..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.jtransforms..")
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    SlicesRuleDefinition.slices()
        .matching("org.cochlea.core.(*)..")
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
