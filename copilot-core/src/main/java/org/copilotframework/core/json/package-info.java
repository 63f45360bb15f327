/**
 * Internal: JSON as text, and objects to data and back with their schemas. Jackson and the schema generator are used here and
 * nowhere else in core; no type of theirs leaves this package. Each generation of a plugin has a {@link
 * org.copilotframework.core.json.HostJson} of its own, so that no cache keeps its classes. The faces of the framework itself, which
 * are released with core, read and write what they show by {@link org.copilotframework.core.json.FaceJson}.
 */
@NullMarked
package org.copilotframework.core.json;

import org.jspecify.annotations.NullMarked;
