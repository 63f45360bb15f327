/**
 * Plugins built outside this repository, by Maven, against what {@code mvn install} installs. Needs {@code mvn} on the PATH;
 * runs with {@code -Pall-backends}.
 */
@NullMarked
package org.copilotframework.testkit.outside;

import org.jspecify.annotations.NullMarked;
