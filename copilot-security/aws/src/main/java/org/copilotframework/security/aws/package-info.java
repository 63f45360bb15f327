/** Keys that AWS KMS wraps, and secrets that AWS Secrets Manager holds. Data is encrypted elsewhere, and no key is made here. */
@NullMarked
package org.copilotframework.security.aws;

import org.jspecify.annotations.NullMarked;
