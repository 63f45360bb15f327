package org.copilotframework.core;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.junit.jupiter.api.Test;

/** The arrows of the house: who may know whom. */
class ArchitectureTest {
    private static final String API = "org.copilotframework.api..";
    private static final String CORE = "org.copilotframework.core";

    /** Read once for all tests. */
    private static final JavaClasses code = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.copilotframework.api", CORE);

    @Test
    void theContractKnowsTheJdkAndTheThreeSharedLibrariesOnly() {
        classes()
                .that()
                .resideInAPackage(API)
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage(API, "java..", "org.pf4j..", "org.slf4j..", "org.jspecify.annotations.."))
                .check(code);
    }

    @Test
    void thePackagesOfCoreKnowEachOtherInOneDirection() {
        slices().matching(CORE + ".(*)..").should().beFreeOfCycles().check(code);
    }

    @Test
    void onlyThePluginHostKnowsPf4j() {
        noClasses()
                .that(resideInAPackage(CORE + ".."))
                .and(resideInAPackage("..plugin..").negate())
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.pf4j..")
                .check(code);
    }

    @Test
    void theWayOfARequestKnowsNothingOfPluginsArchivesOrSettings() {
        noClasses()
                .that(resideInAnyPackage(CORE + ".call..", CORE + ".run..", CORE + ".session..", CORE + ".agent.."))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(CORE + ".plugin..", CORE + ".archive..", CORE + ".settings..")
                .check(code);
    }

    @Test
    void jacksonSmallryeAndVictoolsStayInTheirRooms() {
        noClasses()
                .that(resideInAPackage(CORE + ".."))
                .and(resideInAnyPackage(CORE + ".json..", CORE + ".archive..").negate())
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("tools.jackson..", "com.github.victools..")
                .check(code);
        noClasses()
                .that(resideInAPackage(CORE + ".."))
                .and(resideInAPackage(CORE + ".settings..").negate())
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.smallrye..", "org.eclipse.microprofile..")
                .check(code);
    }

    @Test
    void publicClassesAreFinalOrMadeToBeExtended() {
        classes()
                .that()
                .arePublic()
                .and()
                .areNotInterfaces()
                .and()
                .areNotEnums()
                .and()
                .areNotRecords()
                .should(beFinalOrAbstract())
                .check(code);
    }

    @Test
    void noClassIsNamedAfterNothing() {
        noClasses()
                .should()
                .haveSimpleNameEndingWith("Util")
                .orShould()
                .haveSimpleNameEndingWith("Utils")
                .orShould()
                .haveSimpleNameEndingWith("Helper")
                .orShould()
                .haveSimpleNameEndingWith("Impl")
                .orShould()
                .haveSimpleNameStartingWith("Common")
                .check(code);
    }

    private static ArchCondition<JavaClass> beFinalOrAbstract() {
        return new ArchCondition<>("be final, or abstract to be extended") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean good = type.getModifiers().contains(JavaModifier.FINAL)
                        || type.getModifiers().contains(JavaModifier.ABSTRACT);
                events.add(new SimpleConditionEvent(type, good, type.getName() + " is neither final nor abstract"));
            }
        };
    }
}
