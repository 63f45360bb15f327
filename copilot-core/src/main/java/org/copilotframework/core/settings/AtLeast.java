package org.copilotframework.core.settings;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The least value of a number or a size. Without it the least is 1. Durations are always more than nothing. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface AtLeast {
    long value();
}
