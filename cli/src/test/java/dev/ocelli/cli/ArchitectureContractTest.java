package dev.ocelli.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

/** Dependencies point downward only, and libraries keep to themselves. */
class ArchitectureContractTest {
  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.ocelli");

  private static final String[] LIBRARIES = {
    "dev.ocelli.engine..",
    "dev.ocelli.media..",
    "dev.ocelli.nano..",
    "dev.ocelli.hub..",
    "dev.ocelli.server.."
  };

  private static void check(ArchRule rule) {
    rule.check(ALL);
  }

  @Test
  void engineKnowsNoOtherModule() {
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.ocelli.engine..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "dev.ocelli.media..",
                "dev.ocelli.nano..",
                "dev.ocelli.hub..",
                "dev.ocelli.server..",
                "dev.ocelli.cli.."));
  }

  /** What commands share ({@code console, flags, model, media}) knows no command. */
  @Test
  void foldersOfTheCommandLineHaveNoCycles() {
    check(slices().matching("dev.ocelli.cli.(*)..").should().beFreeOfCycles());
    check(
        noClasses()
            .that()
            .resideInAnyPackage(
                "dev.ocelli.cli.console..",
                "dev.ocelli.cli.flags..",
                "dev.ocelli.cli.model..",
                "dev.ocelli.cli.media..")
            .should()
            .dependOnClassesThat()
            .haveSimpleNameEndingWith("Command"));
  }

  @Test
  void hubKnowsTheEngineAlone() {
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.ocelli.hub..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "dev.ocelli.media..",
                "dev.ocelli.nano..",
                "dev.ocelli.server..",
                "dev.ocelli.cli.."));
    check(
        noClasses()
            .that()
            .resideInAnyPackage("dev.ocelli.media..", "dev.ocelli.nano..", "dev.ocelli.server..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.ocelli.hub.."));
  }

  @Test
  void engineDependsOnJacksonAlone() {
    check(
        classes()
            .that()
            .resideInAPackage("dev.ocelli.engine..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                "dev.ocelli.engine..",
                "java..",
                "jdk.incubator.vector..",
                "tools.jackson..",
                "org.jspecify.."));
  }

  @Test
  void mediaAndNanoKnowTheEngineAlone() {
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.ocelli.media..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.ocelli.nano..", "dev.ocelli.server..", "dev.ocelli.cli.."));
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.ocelli.nano..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.ocelli.media..", "dev.ocelli.server..", "dev.ocelli.cli.."));
  }

  @Test
  void serverKnowsEngineAndMediaAlone() {
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.ocelli.server..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.ocelli.nano..", "dev.ocelli.cli.."));
    check(
        noClasses()
            .that()
            .resideInAnyPackage(
                "dev.ocelli.server.http..",
                "dev.ocelli.server.access..",
                "dev.ocelli.server.work..",
                "dev.ocelli.server.media..",
                "dev.ocelli.server.wire..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.ocelli.server.api.."));
  }

  @Test
  void engineLayersPointDownward() {
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.ocelli.engine..")
            .and()
            .resideOutsideOfPackages(
                "dev.ocelli.engine.runtime..",
                "dev.ocelli.engine.quality..",
                "dev.ocelli.engine.record..",
                "dev.ocelli.engine.extract..",
                "dev.ocelli.engine.selftest..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.ocelli.engine.runtime.."));
    check(
        noClasses()
            .that()
            .resideInAnyPackage(
                "dev.ocelli.engine.kernels..",
                "dev.ocelli.engine.quant..",
                "dev.ocelli.engine.tensor..",
                "dev.ocelli.engine.tokenizer..",
                "dev.ocelli.engine.sampling..",
                "dev.ocelli.engine.vision..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.ocelli.engine.model.."));
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.ocelli.engine.tensor..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "dev.ocelli.engine.kernels..",
                "dev.ocelli.engine.quant..",
                "dev.ocelli.engine.gguf..",
                "dev.ocelli.engine.safetensors.."));
  }

  @Test
  void librariesPrintNothing() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(LIBRARIES)
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err"));
    check(
        noClasses()
            .that()
            .resideInAnyPackage(LIBRARIES)
            .should()
            .callMethod(Throwable.class, "printStackTrace")
            .orShould()
            .callMethod(Throwable.class, "printStackTrace", PrintStream.class));
  }

  @Test
  void librariesReadNoEnvironmentAndEndNoProcess() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(LIBRARIES)
            .should()
            .callMethod(System.class, "getenv")
            .orShould()
            .callMethod(System.class, "getenv", String.class)
            .orShould()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "halt", int.class));
  }
}
