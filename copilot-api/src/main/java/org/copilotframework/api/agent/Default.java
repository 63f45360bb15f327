package org.copilotframework.api.agent;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Gives a record's component a value where none is said; the component is then not required. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER, ElementType.RECORD_COMPONENT})
public @interface Default {
    /**
     * The value as text: for data, JSON if it parses as the component's type, else the text itself; for settings, as it
     * would be written in a settings file.
     *
     * @return the value
     */
    String value();
}
