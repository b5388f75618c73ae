package org.cochlea.cuda.driver;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import org.junit.jupiter.api.Test;

/** Native code is called in one package only, JCuda's classes are named by two of its classes. */
class DriverArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.cochlea.cuda");

  @Test
  void theScanSawTheClasses() {
    assertTrue(CLASSES.size() > 15, "only " + CLASSES.size() + " classes were seen");
    for (Class<?> type :
        new Class<?>[] {NativeLibrary.class, JcudaDriver.class, JcudaCufft.class}) {
      assertTrue(CLASSES.contain(type.getName()), type.getName());
    }
  }

  @Test
  void onlyNativeLibraryLinks() {
    noClasses()
        .that()
        .doNotBelongToAnyOf(NativeLibrary.class)
        .should()
        .dependOnClassesThat()
        .areAssignableTo(Linker.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(SymbolLookup.class)
        .check(CLASSES);
  }

  @Test
  void onlyTheBindingKnowsJcuda() {
    noClasses()
        .that()
        .doNotBelongToAnyOf(JcudaDriver.class, JcudaCufft.class)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jcuda..")
        .check(CLASSES);
  }

  @Test
  void theDriverKnowsNoEngine() {
    noClasses()
        .that()
        .resideInAPackage("org.cochlea.cuda.driver..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.cochlea.core.stage..", "org.cochlea.core.feature..")
        .check(CLASSES);
  }
}
