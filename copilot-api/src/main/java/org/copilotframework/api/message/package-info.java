/**
 * What callers and agents say to each other: a {@link org.copilotframework.api.message.Message} of {@link
 * org.copilotframework.api.message.Part}s. All types here are immutable and made of JDK values only.
 */
@NullMarked
package org.copilotframework.api.message;

import org.jspecify.annotations.NullMarked;
