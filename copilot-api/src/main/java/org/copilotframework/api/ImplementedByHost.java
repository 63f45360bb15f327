package org.copilotframework.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks an interface that only the host implements: plugins and providers call it. Such an interface may gain methods within a
 * {@linkplain ApiGeneration generation}; every other one gains default methods only. A class of a test that implements one has
 * to follow.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface ImplementedByHost {}
