/**
 * Who calls: authenticators look at what came with a request and say on whose behalf it is made; some of them have credentials of
 * their own, which can be administered. What a caller may do is decided in {@code org.copilotframework.api.spi.authorization}.
 */
@NullMarked
package org.copilotframework.api.spi.authentication;

import org.jspecify.annotations.NullMarked;
