/** How agents are called and found, by an embedding application and by other agents alike. */
@NullMarked
package org.copilotframework.api.client;

import org.jspecify.annotations.NullMarked;
