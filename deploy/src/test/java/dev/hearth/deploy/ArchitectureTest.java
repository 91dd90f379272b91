package dev.hearth.deploy;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.security.MessageDigest;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Holds the arrows between modules and packages that ARCHITECTURE.md draws. */
final class ArchitectureTest {
    private static final String[] DOMAIN = {
        "java..",
        "org.jspecify..",
        "dev.hearth.common.id..",
        "dev.hearth.common.function..",
        "dev.hearth.common.invocation..",
        "dev.hearth.common.error..",
        "dev.hearth.common.units.."
    };
    private static final JavaClasses HEARTH = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.hearth");

    @Test
    void gatewayAndInvokerDoNotKnowEachOther() {
        check(noClasses()
                .that()
                .resideInAPackage("dev.hearth.gateway..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.hearth.invoker.."));
        check(noClasses()
                .that()
                .resideInAPackage("dev.hearth.invoker..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.hearth.gateway.."));
    }

    @Test
    void commonKnowsNoOtherModule() {
        check(noClasses()
                .that()
                .resideInAPackage("dev.hearth.common..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.hearth.gateway..", "dev.hearth.invoker..", "dev.hearth.deploy.."));
    }

    /** What is measured on paper is what decides in a node, and nothing around it. */
    @Test
    void simulationsDriveTheDecisionsAlone() {
        check(classes()
                .that()
                .resideInAPackage("dev.hearth.deploy.simulation..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(DOMAIN)
                        .or(resideInAnyPackage(
                                "dev.hearth.deploy.simulation..",
                                "dev.hearth.gateway.scheduler",
                                "dev.hearth.invoker.pool"))));
    }

    @Test
    void nothingKnowsTheDistribution() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("dev.hearth.deploy..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.hearth.deploy.."));
    }

    @Test
    void poolDecidesInPureCode() {
        check(pure("dev.hearth.invoker.pool"));
    }

    @Test
    void schedulerDecidesInPureCode() {
        check(pure("dev.hearth.gateway.scheduler"));
    }

    @Test
    void onlyTwoPackagesHoldTheDockerSocket() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages("dev.hearth.invoker.docker", "dev.hearth.gateway.image")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.github.dockerjava.."));
    }

    /** A comparison that ends at the first difference would tell a guesser how far he has come. */
    @Test
    void keysAreComparedInConstantTimeOnly() {
        check(classes()
                .that()
                .haveFullyQualifiedName("dev.hearth.gateway.auth.KeyDigest")
                .should()
                .callMethod(MessageDigest.class, "isEqual", byte[].class, byte[].class));
        check(noClasses()
                .that()
                .resideInAPackage("dev.hearth.gateway.auth")
                .should()
                .callMethod(Arrays.class, "equals", byte[].class, byte[].class)
                .orShould()
                .callMethod(Arrays.class, "compare", byte[].class, byte[].class));
        check(noClasses()
                .that()
                .doNotHaveSimpleName("KeyDesk")
                .should()
                .callMethodWhere(target(name("reveal")).and(target(owner(simpleName("KeyText"))))));
    }

    @Test
    void packagesFormNoCycles() {
        check(slices().matching("dev.hearth.(*).(*)..").should().beFreeOfCycles());
    }

    @Test
    void noNameSaysNothing() {
        // The client speaks WRENCH's words, and its FunctionManager is one of them.
        check(noClasses()
                .that()
                .resideOutsideOfPackage("dev.hearth.client")
                .should()
                .haveNameMatching(".*[.$](Abstract\\w*|\\w*(Manager|Helper|Utils?|Impl))"));
    }

    private static ArchRule pure(String name) {
        return classes()
                .that()
                .resideInAPackage(name + "..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(DOMAIN).or(resideInAPackage(name + "..")));
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(HEARTH);
    }
}
