/** The store of the page "Write your own store": small, complete, and held to the kit like every other. */
@NullMarked
package org.copilotframework.storage.tck.example;

import org.jspecify.annotations.NullMarked;
